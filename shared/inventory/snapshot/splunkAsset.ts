import type { Machine } from '../../defender/DefenderAnswer';
import { joinList } from './csvCell';
import { ipAddressesOf, macAddressesOf, tagsOf, textOf } from '../../defender/machineFields';

/** The asset lookup of Splunk Enterprise Security. */
export const SPLUNK_COLUMNS = [
  'ip',
  'mac',
  'nt_host',
  'dns',
  'owner',
  'priority',
  'lat',
  'long',
  'city',
  'country',
  'bunit',
  'category',
  'pci_domain',
  'is_expected',
  'should_timesync',
  'should_update',
  'requires_av',
  'cim_entity_zone',
] as const;

/** Of one value; longer ones are not taken (Format an asset list as a lookup, Enterprise Security 7.1). */
const MAX_VALUE_CHARACTERS = 975;

/** A machine as an asset, each cell by one rule: what Defender does not know is left empty. */
export function splunkAsset(machine: Machine): readonly string[] {
  const name = machine.computerDnsName?.toLowerCase() ?? '';
  const priority = priorityOf(machine);
  const values: Partial<Record<(typeof SPLUNK_COLUMNS)[number], readonly string[]>> = {
    ip: ipAddressesOf(machine),
    mac: macAddressesOf(machine),
    nt_host: [name.split('.')[0] ?? ''],
    dns: [name.includes('.') ? name : ''],
    priority: [priority],
    bunit: [(textOf(machine, 'rbacGroupName') ?? '').toLowerCase().replaceAll(/[\s|]+/g, '_')],
    category: categoriesOf(machine),
    is_expected: [String(priority === 'critical')],
    requires_av: [String(machine.onboardingStatus === 'Onboarded')],
  };
  return SPLUNK_COLUMNS.map((column) => splunkCell(values[column] ?? []));
}

/** Two values in a field of an asset are two identities, so none of them may contain the separator. */
const splunkCell = (values: readonly string[]): string =>
  joinList(values.map((value) => value.slice(0, MAX_VALUE_CHARACTERS)));

function priorityOf(machine: Machine): 'critical' | 'high' | 'medium' {
  if (textOf(machine, 'deviceValue') === 'High') return 'critical';
  return textOf(machine, 'osPlatform')?.includes('Server') ? 'high' : 'medium';
}

function categoriesOf(machine: Machine): readonly string[] {
  const known = {
    mde_device_id: machine.id,
    os_platform: textOf(machine, 'osPlatform'),
    os_version: textOf(machine, 'version'),
    mde_risk: machine.riskScore,
    mde_exposure: machine.exposureLevel,
    mde_health: machine.healthStatus,
    mde_tags: tagsOf(machine).join(' '),
    external_ip: textOf(machine, 'lastExternalIpAddress'),
    mde_first_seen: textOf(machine, 'firstSeen'),
    mde_last_seen: machine.lastSeen,
  };
  return Object.entries(known)
    .flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []))
    .sort();
}
