import type { Machine } from '../../defender/DefenderAnswer';
import type { CsvValue } from './csvCell';
import { microsOf, microsText } from './instants';
import { booleanOf, integerOf, macAddressesOf, tagsOf, textOf } from '../../defender/machineFields';

/** Which snapshot a row belongs to. */
export interface SnapshotMark {
  readonly runId: string;
  /** ISO 8601. */
  readonly slot: string;
  readonly tenantId: string;
}

/** A machine of a snapshot. */
export interface DeviceRow {
  readonly machine: Machine;
  readonly mark: SnapshotMark;
}

export type MachineChange = 'new' | 'changed' | 'retired';

/** What became of a machine since the snapshot before. */
export interface DeltaRow extends DeviceRow {
  readonly change: MachineChange;
  /** Of `changed`, in alphabetical order; null for the others, and where the machine of before cannot be read. */
  readonly changedFields: readonly string[] | null;
}

/** One column of the tables, in CSV and Parquet alike. A value that is not of its type is null. */
export type Column<Row> = { readonly name: string } & (
  | { readonly type: 'text'; readonly of: (row: Row) => string | null }
  /** JSON as text. */
  | { readonly type: 'json'; readonly of: (row: Row) => string | null }
  /** Unix microseconds. */
  | { readonly type: 'instant'; readonly of: (row: Row) => bigint | null }
  | { readonly type: 'int32' | 'int64'; readonly of: (row: Row) => number | null }
  | { readonly type: 'boolean'; readonly of: (row: Row) => boolean | null }
  | { readonly type: 'texts'; readonly of: (row: Row) => readonly string[] | null }
);

const text = (name: string): Column<DeviceRow> => ({
  name,
  type: 'text',
  of: ({ machine }) => textOf(machine, name),
});
const instant = (name: string): Column<DeviceRow> => ({
  name,
  type: 'instant',
  of: ({ machine }) => microsOf(textOf(machine, name)),
});
const integer = (name: string, type: 'int32' | 'int64'): Column<DeviceRow> => ({
  name,
  type,
  of: ({ machine }) => integerOf(machine, name, type),
});
const boolean = (name: string): Column<DeviceRow> => ({
  name,
  type: 'boolean',
  of: ({ machine }) => booleanOf(machine, name),
});

/**
 * Under Defender's own names, integers as wide as in its `$metadata` (api.securitycenter.microsoft.com, read 2026-10);
 * new ones go to the end, as readers count columns.
 */
export const DEVICE_COLUMNS: readonly Column<DeviceRow>[] = [
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
  { name: 'machineTags', type: 'texts', of: ({ machine }) => tagsOf(machine) },
  boolean('isAadJoined'),
  text('aadDeviceId'),
  instant('firstSeen'),
  instant('lastSeen'),
  text('lastIpAddress'),
  text('lastExternalIpAddress'),
  { name: 'ipAddresses', type: 'json', of: ({ machine }) => addressesJsonOf(machine) },
  { name: 'macAddresses', type: 'texts', of: ({ machine }) => macAddressesOf(machine) },
  text('agentVersion'),
  text('defenderAvStatus'),
  text('managedBy'),
  text('managedByStatus'),
  boolean('isExcluded'),
  text('exclusionReason'),
  boolean('isPotentialDuplication'),
  text('mergedIntoMachineId'),
  { name: 'snapshotRunId', type: 'text', of: ({ mark }) => mark.runId },
  { name: 'snapshotSlot', type: 'instant', of: ({ mark }) => microsOf(mark.slot) },
  { name: 'tenantId', type: 'text', of: ({ mark }) => mark.tenantId },
];

/** Before those of the machine: as it is now, or as it was last if it is retired. */
export const DELTA_COLUMNS: readonly Column<DeltaRow>[] = [
  { name: 'change', type: 'text', of: ({ change }) => change },
  { name: 'changedFields', type: 'texts', of: ({ changedFields }) => changedFields },
  ...DEVICE_COLUMNS,
];

/**
 * Every entry as Defender lists it, as JSON text; null without a list. What could separate cells inside of a CSV cell is
 * escaped, so that the text is the same in every table and needs no protection that would change it.
 */
function addressesJsonOf(machine: Machine): string | null {
  const listed = machine['ipAddresses'];
  if (!Array.isArray(listed)) return null;
  return JSON.stringify(listed).replaceAll(
    /[;|\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The column's cell of a row in CSV. */
export function csvValueOf<Row>(column: Column<Row>, row: Row): CsvValue {
  if (column.type !== 'instant') return column.of(row);
  const micros = column.of(row);
  return micros === null ? null : microsText(micros);
}
