import type { Machine } from '../defender/DefenderAnswer';
import {
  addressOf,
  booleanOf,
  instantOf,
  integerOf,
  ipAddressesOf,
  macAddressesOf,
  networkAddressesOf,
  tagsOf,
  textOf,
  virtualMachineTextOf,
} from '../defender/machineFields';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import { known, type Facts } from './known';
import { machineNames } from './machineNames';
import { osFamily } from './osFamily';
import { subjectOf } from './subjectOf';

/** The version that Elastic's integration `microsoft_defender_endpoint` writes (read 2026-11). */
const ECS_VERSION = '8.11.0';

/**
 * A record in the Elastic Common Schema: the machine it is about where Elastic's own integration has it, what else it
 * names under `related`, and the native record at `mde_enrichment`.
 */
export function toEcs(record: EnrichmentRecord): object {
  const subject = subjectOf(record);
  const { id, outcome, reason, enrichedAt } = record;
  const wasAnswered = outcome === 'found' || outcome === 'notSeen';
  const facts = known({
    '@timestamp': enrichedAt,
    ecs: { version: ECS_VERSION },
    event: {
      id,
      kind: 'enrichment',
      category: ['host'],
      type: ['info'],
      outcome: wasAnswered ? 'success' : 'failure',
      reason: reason?.message,
    },
    observer: { vendor: 'Microsoft', product: 'Defender for Endpoint' },
    ...(subject && machineFacts(subject.machine)),
    related: relatedFacts(record),
  });
  return { ...facts, mde_enrichment: record };
}

function machineFacts(machine: Machine): Facts {
  const group = {
    id: integerOf(machine, 'rbacGroupId', 'int64')?.toString(),
    name: textOf(machine, 'rbacGroupName'),
  };
  return {
    device: { id: textOf(machine, 'aadDeviceId') },
    group,
    host: hostFacts(machine),
    microsoft_defender_endpoint: { machine: vendorFacts(machine) },
  };
}

function hostFacts(machine: Machine): Facts {
  const names = machineNames(machine);
  const platform = textOf(machine, 'osPlatform');
  const version = textOf(machine, 'version');
  const family = osFamily(platform);
  return {
    id: machine.id,
    name: names?.full,
    hostname: names?.label,
    ip: ipAddressesOf(machine).filter((ip) => !LINK_LOCAL.test(ip)),
    mac: macAddressesOf(machine).map(dashed),
    architecture: textOf(machine, 'osProcessor'),
    os: {
      platform,
      type: family === 'ipados' ? 'ios' : family,
      name: platform,
      version,
      full: platform && version && `${platform} ${version}`,
    },
    risk: { calculated_level: textOf(machine, 'riskScore') },
  };
}

/** Every network has them, so they distinguish no machines. */
const LINK_LOCAL = /^(?:169\.254\.|fe[89ab])/;

/** As RFC 7042 writes them. */
const dashed = (mac: string): string => mac.toUpperCase().replaceAll(':', '-');

const VENDOR_TEXTS = [
  'id',
  'mergedIntoMachineId',
  'exclusionReason',
  'computerDnsName',
  'osPlatform',
  'osVersion',
  'osProcessor',
  'osArchitecture',
  'version',
  'agentVersion',
  'healthStatus',
  'deviceValue',
  'rbacGroupName',
  'riskScore',
  'exposureLevel',
  'aadDeviceId',
  'defenderAvStatus',
  'onboardingStatus',
  'managedBy',
  'managedByStatus',
] as const;
const VENDOR_BOOLEANS = ['isPotentialDuplication', 'isExcluded', 'isAadJoined'] as const;
const VENDOR_ADDRESSES = ['lastIpAddress', 'lastExternalIpAddress'] as const;
const VENDOR_INSTANTS = ['firstSeen', 'lastSeen'] as const;
const VM_TEXTS = ['vmId', 'cloudProvider', 'resourceId', 'subscriptionId'] as const;

/** Under the names of Elastic's integration. */
function vendorFacts(machine: Machine): Facts {
  return {
    ...each(VENDOR_TEXTS, (field) => textOf(machine, field)),
    ...each(VENDOR_BOOLEANS, (field) => booleanOf(machine, field)),
    ...each(VENDOR_ADDRESSES, (field) => addressOf(machine, field)),
    ...each(VENDOR_INSTANTS, (field) => isoInstant(instantOf(machine, field))),
    os_build: integerOf(machine, 'osBuild', 'int64'),
    rbac_group_id: integerOf(machine, 'rbacGroupId', 'int64')?.toString(),
    machine_tags: tagsOf(machine),
    ip_addresses: networkAddressesOf(machine).map(({ ip, mac, type, status }) => ({
      ip_address: ip,
      mac_address: mac && dashed(mac),
      operational_status: status,
      type,
    })),
    vm_metadata: each(VM_TEXTS, (field) => virtualMachineTextOf(machine, field)),
  };
}

function each<Field extends string>(
  fields: readonly Field[],
  read: (field: Field) => string | boolean | null,
): Facts {
  return Object.fromEntries(fields.map((field) => [snakeCase(field), read(field)]));
}

const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const isoInstant = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();

/** Of all machines of the record, and of what was asked for. */
function relatedFacts({ machines, indicator }: EnrichmentRecord): Facts {
  const all = machines.map(({ machine }) => machine);
  const { kind, value } = indicator;
  const asked = (...kinds: readonly string[]) => (kinds.includes(kind) ? [value] : []);
  const hosts = all.flatMap((machine) => [
    textOf(machine, 'aadDeviceId'),
    textOf(machine, 'computerDnsName'),
    machine.id,
  ]);
  const ips = all.flatMap((machine) => [
    ...networkAddressesOf(machine).map(({ ip }) => ip),
    addressOf(machine, 'lastExternalIpAddress'),
    addressOf(machine, 'lastIpAddress'),
  ]);
  return {
    hosts: [...new Set([...hosts, ...asked('host', 'machine')])],
    ip: [...new Set([...ips, ...asked('ip')])],
    hash: asked('file'),
  };
}
