import type { Machine } from '../../defender/DefenderAnswer';
import {
  booleanOf,
  integerOf,
  ipAddressesOf,
  macAddressesOf,
  tagsOf,
  textOf,
} from '../../defender/machineFields';

/** One column of the tables, in CSV and Parquet alike. A value that is not of its type is null. */
export type DeviceColumn = { readonly name: string } & (
  | { readonly type: 'text'; readonly of: (machine: Machine) => string | null }
  /** An instant as Defender writes it. */
  | { readonly type: 'instant'; readonly of: (machine: Machine) => string | null }
  | { readonly type: 'int32' | 'int64'; readonly of: (machine: Machine) => number | null }
  | { readonly type: 'boolean'; readonly of: (machine: Machine) => boolean | null }
  | { readonly type: 'texts'; readonly of: (machine: Machine) => readonly string[] }
);

const text = (name: string): DeviceColumn => ({ name, type: 'text', of: (m) => textOf(m, name) });
const instant = (name: string): DeviceColumn => ({
  name,
  type: 'instant',
  of: (m) => textOf(m, name),
});
const integer = (name: string, type: 'int32' | 'int64'): DeviceColumn => ({
  name,
  type,
  of: (m) => integerOf(m, name, type),
});
const boolean = (name: string): DeviceColumn => ({
  name,
  type: 'boolean',
  of: (m) => booleanOf(m, name),
});

/**
 * Under Defender's own names, integers as wide as its `$metadata` says (api.securitycenter.microsoft.com, read 2026-10);
 * new ones go to the end, as readers count columns.
 */
export const DEVICE_COLUMNS: readonly DeviceColumn[] = [
  text('id'),
  text('computerDnsName'),
  text('osPlatform'),
  text('osVersion'),
  text('version'),
  integer('osBuild', 'int64'),
  text('osProcessor'),
  text('osArchitecture'),
  text('healthStatus'),
  text('onboardingStatus'),
  text('riskScore'),
  text('exposureLevel'),
  text('deviceValue'),
  integer('rbacGroupId', 'int32'),
  text('rbacGroupName'),
  { name: 'machineTags', type: 'texts', of: tagsOf },
  boolean('isAadJoined'),
  text('aadDeviceId'),
  instant('firstSeen'),
  instant('lastSeen'),
  text('lastIpAddress'),
  text('lastExternalIpAddress'),
  { name: 'ipAddresses', type: 'texts', of: ipAddressesOf },
  { name: 'macAddresses', type: 'texts', of: macAddressesOf },
  text('agentVersion'),
  text('defenderAvStatus'),
  text('managedBy'),
  text('managedByStatus'),
  boolean('isExcluded'),
  text('exclusionReason'),
  boolean('isPotentialDuplication'),
  text('mergedIntoMachineId'),
];
