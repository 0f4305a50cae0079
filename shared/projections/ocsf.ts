import type { Machine } from '../defender/DefenderAnswer';
import {
  addressOf,
  instantOf,
  integerOf,
  isOwnMac,
  networkAddressesOf,
  tagsOf,
  textOf,
  virtualMachineTextOf,
} from '../defender/machineFields';
import type { EnrichmentRecord, RecordMachine } from '../records/EnrichmentRecord';
import { known, type Facts } from './known';
import { machineNames } from './machineNames';
import { osFamily, type OsFamily } from './osFamily';
import { subjectOf } from './subjectOf';

/** The schema's version (released 2026-03-16). */
const OCSF_VERSION = '1.8.0';
const PRODUCT = 'Microsoft Defender for Endpoint';

/** An enumerated id and its caption. */
type Coded = readonly [id: number, caption: string];
const OTHER = 99;

/**
 * A record in the Open Cybersecurity Schema Framework, with the native record at `unmapped.mde_enrichment`. About one
 * machine it is Device Inventory Info; else Base Event, as the inventory's class cannot be without its device.
 */
export function toOcsf(record: EnrichmentRecord): object {
  const { id, request, outcome, reason, enrichedAt, tenantId } = record;
  const machine = subjectOf(record)?.machine ?? null;
  const wasAnswered = outcome === 'found' || outcome === 'notSeen';
  const cloud = machine && cloudProviderOf(machine);
  const facts = known({
    ...(machine ? INVENTORY : BASE),
    severity_id: 1,
    severity: 'Informational',
    status_id: wasAnswered ? 1 : 2,
    status: wasAnswered ? 'Success' : 'Failure',
    status_code: reason?.code,
    status_detail: reason?.message,
    time: Date.parse(enrichedAt),
    message: shortDescription(record),
    metadata: {
      version: OCSF_VERSION,
      product: { name: PRODUCT, vendor_name: 'Microsoft' },
      profiles: [machine && 'datetime', cloud && 'cloud'],
      uid: id,
      correlation_uid: request.id,
      tenant_uid: tenantId,
    },
    device: machine && deviceFacts(machine),
    cloud: { provider: cloud },
    enrichments: record.machines.map((each) => enrichmentFacts(each, record)),
    observables: observableFacts(record, machine),
  });
  const unmapped = machine && known(unmappedFacts(machine));
  return { ...facts, unmapped: { ...unmapped, mde_enrichment: record } };
}

/** `type_uid` is the class's, times 100, and the activity's. */
const INVENTORY = {
  category_uid: 5,
  category_name: 'Discovery',
  class_uid: 5001,
  class_name: 'Device Inventory Info',
  activity_id: 2,
  activity_name: 'Collect',
  type_uid: 500_102,
  type_name: 'Device Inventory Info: Collect',
};
const BASE = {
  category_uid: 0,
  category_name: 'Uncategorized',
  class_uid: 0,
  class_name: 'Base Event',
  activity_id: OTHER,
  activity_name: 'Enrich',
  type_uid: OTHER,
  type_name: 'Base Event: Other',
};

function deviceFacts(machine: Machine): Facts {
  const names = machineNames(machine);
  const [typeId, type] = deviceType(textOf(machine, 'osPlatform'));
  return {
    uid: machine.id,
    uid_alt: textOf(machine, 'aadDeviceId'),
    hostname: names?.full,
    name: names?.label,
    domain: names?.domain,
    type_id: typeId,
    type,
    ip: addressOf(machine, 'lastIpAddress'),
    ...seenFacts(machine),
    os: osFacts(machine),
    hw_info: coded('cpu_architecture', textOf(machine, 'osProcessor'), architectureOf),
    network_interfaces: networkAddressesOf(machine).map(({ ip, mac, type: kind }) => ({
      ip,
      mac: isOwnMac(mac) ? mac : null,
      name: kind,
      ...coded('type', kind, interfaceType),
    })),
    ...coded('risk_level', textOf(machine, 'riskScore'), (risk) => RISK_LEVELS.get(risk)),
    groups: groupFacts(machine),
    agent_list: agentFacts(machine),
    is_managed: isManaged(textOf(machine, 'managedBy')),
    instance_uid: virtualMachineTextOf(machine, 'vmId'),
  };
}

/** `<name>_id` and its caption; a value that the schema does not have is Other, under the name that Defender gave it. */
function coded(
  name: string,
  value: string | null,
  code: (value: string) => Coded | undefined,
): Facts {
  if (value === null) return {};
  const [id, caption] = code(value) ?? [OTHER, value];
  return { [`${name}_id`]: id, [name]: caption };
}

/** The platform of a Linux machine does not show whether it is a server. */
function deviceType(platform: string | null): Coded {
  const family = osFamily(platform);
  if (platform?.toLowerCase().includes('server')) return [1, 'Server'];
  if (family === 'windows' || family === 'macos') return [2, 'Desktop'];
  if (family === 'ios' || family === 'ipados' || family === 'android') return [5, 'Mobile'];
  return [0, 'Unknown'];
}

const OS_TYPES: Readonly<Partial<Record<OsFamily, Coded>>> = {
  windows: [100, 'Windows'],
  linux: [200, 'Linux'],
  android: [201, 'Android'],
  macos: [300, 'macOS'],
  ios: [301, 'iOS'],
  ipados: [302, 'iPadOS'],
};

/** Nothing without a name, which the schema requires. */
function osFacts(machine: Machine): Facts | null {
  const name = textOf(machine, 'osPlatform');
  if (name === null) return null;
  const family = osFamily(name);
  return {
    name,
    ...coded('type', name, () =>
      name === 'Unknown' ? [0, name] : family ? OS_TYPES[family] : undefined,
    ),
    version: textOf(machine, 'version'),
    build: integerOf(machine, 'osBuild', 'int64')?.toString(),
    cpu_bits: Number(/^(\d{1,3})-bit$/.exec(textOf(machine, 'osArchitecture') ?? '')?.[1]) || null,
  };
}

function seenFacts(machine: Machine): Facts {
  const first = instantOf(machine, 'firstSeen');
  const last = instantOf(machine, 'lastSeen');
  return {
    first_seen_time: first,
    first_seen_time_dt: first === null ? null : new Date(first).toISOString(),
    last_seen_time: last,
    last_seen_time_dt: last === null ? null : new Date(last).toISOString(),
  };
}

const architectureOf = (processor: string): Coded | undefined =>
  /^(?:x86|x64|amd64)/i.test(processor)
    ? [1, 'x86']
    : /^arm|^aarch64/i.test(processor)
      ? [2, 'ARM']
      : undefined;

function interfaceType(kind: string): Coded | undefined {
  if (/^ethernet/i.test(kind)) return [1, 'Wired'];
  if (/^wireless/i.test(kind)) return [2, 'Wireless'];
  return /^tunnel/i.test(kind) ? [4, 'Tunnel'] : undefined;
}

const RISK_LEVELS: ReadonlyMap<string, Coded> = new Map([
  ['None', [0, 'Info']],
  ['Informational', [0, 'Info']],
  ['Low', [1, 'Low']],
  ['Medium', [2, 'Medium']],
  ['High', [3, 'High']],
]);

function groupFacts(machine: Machine): Facts[] {
  const uid = integerOf(machine, 'rbacGroupId', 'int64')?.toString() ?? null;
  const name = textOf(machine, 'rbacGroupName');
  return uid === null && name === null ? [] : [{ name, uid, type: 'MDE device group' }];
}

/** A machine that Defender only discovered has no agent. */
function agentFacts(machine: Machine): Facts[] {
  const version = textOf(machine, 'agentVersion');
  const status = textOf(machine, 'onboardingStatus');
  if (status === null ? version === null : status !== 'Onboarded') return [];
  const type = coded('type', 'Endpoint Detection and Response', (caption) => [1, caption]);
  return [{ name: PRODUCT, vendor_name: 'Microsoft', ...type, version }];
}

/** By whom it is managed may be unknown, which does not mean: not at all. */
const isManaged = (by: string | null): true | null =>
  by === null || by === 'Unknown' ? null : true;

function cloudProviderOf(machine: Machine): string | null {
  const provider = virtualMachineTextOf(machine, 'cloudProvider');
  return provider === 'Unknown' ? null : provider;
}

const unmappedFacts = (machine: Machine): Facts => ({
  exposure_level: textOf(machine, 'exposureLevel'),
  health_status: textOf(machine, 'healthStatus'),
  machine_tags: tagsOf(machine),
  device_value: textOf(machine, 'deviceValue'),
  last_external_ip: addressOf(machine, 'lastExternalIpAddress'),
});

/** What was found out about the value that was asked for: an entry for each machine. */
function enrichmentFacts(
  { machine, match, portalUrl }: RecordMachine,
  record: EnrichmentRecord,
): Facts {
  const { indicator, enrichedAt } = record;
  return {
    name: indicator.path || indicator.kind,
    value: indicator.value,
    type: 'mde_device',
    provider: PRODUCT,
    created_time: Date.parse(enrichedAt),
    short_desc: shortDescription(record),
    src_url: portalUrl,
    data: {
      device: { uid: machine.id, hostname: machineNames(machine)?.full },
      lookup: { method: match.by, via: match.via, as_of: match.at, strength: match.strength },
    },
  };
}

function shortDescription({ outcome, summary }: EnrichmentRecord): string {
  const { machineCount, highestRiskScore } = summary;
  if (outcome !== 'found') return outcome;
  const devices = machineCount === 1 ? '1 device' : `${machineCount} devices`;
  return highestRiskScore === null ? devices : `${devices}, highest risk ${highestRiskScore}`;
}

const HOSTNAME: Coded = [1, 'Hostname'];
const IP_ADDRESS: Coded = [2, 'IP Address'];
const HASH: Coded = [8, 'Hash'];
const DEVICE_UID: Coded = [47, 'Device Object: uid'];

const INDICATOR_TYPES: Readonly<Partial<Record<EnrichmentRecord['indicator']['kind'], Coded>>> = {
  ip: IP_ADDRESS,
  file: HASH,
  machine: DEVICE_UID,
  host: HOSTNAME,
};

/** Values to search for, each under the path at which this event has it. */
function observableFacts({ indicator }: EnrichmentRecord, machine: Machine | null): Facts[] {
  const named = (
    name: string,
    value: string | null | undefined,
    type: Coded | undefined,
  ): Facts[] => (value && type ? [{ name, value, type_id: type[0], type: type[1] }] : []);
  return [
    ...named(
      'unmapped.mde_enrichment.indicator.value',
      indicator.value,
      INDICATOR_TYPES[indicator.kind],
    ),
    ...(machine
      ? [
          ...named('device.uid', machine.id, DEVICE_UID),
          ...named('device.hostname', machineNames(machine)?.full, HOSTNAME),
          ...named('device.ip', addressOf(machine, 'lastIpAddress'), IP_ADDRESS),
          ...named(
            'unmapped.last_external_ip',
            addressOf(machine, 'lastExternalIpAddress'),
            IP_ADDRESS,
          ),
        ]
      : []),
  ];
}
