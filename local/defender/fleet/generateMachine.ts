import { DAY_MS, HOUR_MS } from '../../../shared/clock/durations';
import { type Machine, sparseMachine } from '../entities/Machine';
import type { Fleet } from './Fleet';
import { randomOf, seededDigest } from './seededDigest';
import type { SeededRandom } from '../../SeededRandom';
import { serviceTime } from './serviceTime';
import { guid, windowsMachine } from './windowsMachine';

/** When the addresses of the DHCP pairs changed hands, before the start. */
const LEASE_CHANGE_MS = 12 * HOUR_MS;
const SHARED_GATEWAY_IP = '10.127.0.1';

export interface GeneratedFleetOptions {
  readonly seed: number;
  /** Unix ms; every time in the fleet is relative to it. */
  readonly startAt: number;
}

const SITES = ['ber', 'mad', 'ldn', 'nyc', 'sgp'] as const;
const SYSTEMS = [
  { osPlatform: 'Windows11', version: '23H2', osBuild: 22631 },
  { osPlatform: 'Windows10', version: '21H2', osBuild: 19044 },
  { osPlatform: 'WindowsServer2022', version: '21H2', osBuild: 20348 },
  { osPlatform: 'WindowsServer2019', version: '1809', osBuild: 17763 },
  { osPlatform: 'Ubuntu', version: '22.4', osBuild: null },
  { osPlatform: 'macOS', version: 'Other', osBuild: null },
] as const;

/**
 * Adds the `index`-th generated machine. Irregularities come at fixed intervals, so that every fleet has its share:
 * discovered devices, records merged into others, some of them merged on or gone, sparse records, reused names, DHCP
 * pairs, IPv6, a shared gateway.
 */
export function generateMachine(
  fleet: Fleet,
  index: number,
  options: GeneratedFleetOptions,
): Machine {
  const machine = describeMachine(index, options);
  fleet.addMachine(machine);
  addSightings(fleet, machine, index, options);
  return machine;
}

function describeMachine(index: number, { seed, startAt }: GeneratedFleetOptions): Machine {
  const id = machineId(seed, index);
  if (index % 97 === 96) return sparseMachine(id);
  const random = randomOf(id);
  const lastSeenAt = startAt - Math.floor(lastSeenAgeMs(index, random));
  const addresses = addressesOf(index);
  if (index % 12 === 7) return discoveredDevice(id, lastSeenAt, addresses);
  const system = random.pick(SYSTEMS);
  const site = random.pick(SITES);
  const inactive = isInactive(index);
  return windowsMachine({
    id,
    lastSeenAt,
    addresses,
    computerDnsName: nameOf(index, seed),
    mergedIntoMachineId: mergeTargetOf(index, seed),
    isPotentialDuplication: index % 40 === 39,
    osPlatform: system.osPlatform,
    version: system.version,
    osBuild: system.osBuild,
    lastExternalIpAddress: `203.0.113.${10 + SITES.indexOf(site)}`,
    healthStatus: inactive
      ? 'Inactive'
      : random.pick(['Active', 'Active', 'Active', 'NoSensorData']),
    deviceValue: random.pick(['Normal', 'Normal', 'Low', 'High']),
    rbacGroupId: 100 + SITES.indexOf(site),
    rbacGroupName: `site-${site}`,
    riskScore: random.pick(['None', 'Informational', 'Low', 'Low', 'Medium', 'High']),
    exposureLevel: random.pick(['None', 'Low', 'Medium', 'High']),
    machineTags: random.pick([[], [`site:${site}`], [`site:${site}`, 'patch-ring-2']]),
    vmMetadata: index % 20 === 5 ? azureVm(id) : null,
  });
}

function discoveredDevice(id: string, lastSeenAt: number, addresses: readonly string[]): Machine {
  return {
    ...sparseMachine(id),
    firstSeen: serviceTime(lastSeenAt - 9 * DAY_MS),
    lastSeen: serviceTime(lastSeenAt),
    osPlatform: 'Unknown',
    lastIpAddress: addresses[0] ?? null,
    healthStatus: 'Unknown',
    deviceValue: 'Normal',
    rbacGroupId: 0,
    riskScore: 'None',
    exposureLevel: 'None',
    onboardingStatus: 'CanBeOnboarded',
    managedBy: 'Unknown',
    managedByStatus: 'Unknown',
  };
}

function addSightings(
  fleet: Fleet,
  machine: Machine,
  index: number,
  { startAt }: GeneratedFleetOptions,
): void {
  if (machine.lastSeen === null) return;
  const fromAt = startAt - (index % 25 === 23 ? LEASE_CHANGE_MS : 30 * DAY_MS);
  const toAt = isInactive(index) ? Date.parse(machine.lastSeen) : Infinity;
  for (const ip of addressesOf(index)) fleet.addSighting(ip, { machine, fromAt, toAt });
  if (index % 25 === 24) {
    const former = { fromAt: startAt - 72 * HOUR_MS, toAt: startAt - LEASE_CHANGE_MS - 1 };
    fleet.addSighting(ipv4Of(index - 1), { machine, ...former });
  }
  if (index % 50 === 10) fleet.addSighting(SHARED_GATEWAY_IP, { machine, fromAt, toAt });
}

const machineId = (seed: number, index: number): string => seededDigest(seed, 'machine', index);

/** Into the one before, which may itself be merged into the one before that; now and then into a record that is gone. */
function mergeTargetOf(index: number, seed: number): string | null {
  if (index % 120 === 45) return seededDigest(seed, 'gone', index);
  return [33, 34].includes(index % 60) ? machineId(seed, index - 1) : null;
}

const isInactive = (index: number): boolean => index % 15 === 14;

/** The last full report is up to a day old; inactive machines stopped a week to a month ago. */
const lastSeenAgeMs = (index: number, random: SeededRandom): number =>
  isInactive(index) ? (7 + 23 * random.next()) * DAY_MS : random.next() * DAY_MS;

/** Every 40th machine carries the name of the one before it. */
const nameOf = (index: number, seed: number): string => {
  const named = index % 40 === 39 ? index - 1 : index;
  const role = randomOf(machineId(seed, named)).pick(['ws', 'srv', 'lt']);
  return `${role}-${String(named).padStart(6, '0')}.contoso.com`;
};

/** 10.128.0.0/9 holds the generated machines, 65,536 a step. */
const ipv4Of = (index: number): string =>
  `10.${128 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;

const addressesOf = (index: number): string[] =>
  index % 10 === 3 ? [ipv4Of(index), `fd00:c0de:1::${index.toString(16)}`] : [ipv4Of(index)];

const azureVm = (id: string): NonNullable<Machine['vmMetadata']> => {
  const subscriptionId = guid('subscription');
  const resourceId = `/subscriptions/${subscriptionId}/resourceGroups/rg-fleet/providers/Microsoft.Compute/virtualMachines/vm-${id.slice(0, 6)}`;
  return { vmId: guid(id, 'vm'), cloudProvider: 'Azure', resourceId, subscriptionId };
};
