import { DAY_MS, HOUR_MS } from '../../../shared/clock/durations';
import { sparseMachine } from '../entities/Machine';
import { WELL_KNOWN } from '../wellKnown';
import type { Fleet } from './Fleet';
import { seededDigest } from './seededDigest';
import { windowsMachine, type WindowsMachineOptions } from './windowsMachine';

/** A machine, and since when and until when it has its addresses (offsets from the start; default: still has them). */
interface Placed extends Omit<WindowsMachineOptions, 'lastSeenAt'> {
  readonly lastSeenOffsetMs?: number;
  readonly fromOffsetMs?: number;
  readonly toOffsetMs?: number;
}

const { machines, sharedName, ambiguousName, sharedAddress, onboardedTwice, merges, dhcp, crowd } =
  WELL_KNOWN;

/** Adds the machines of {@link WELL_KNOWN} and when they had their addresses. */
export function addWellKnownMachines(fleet: Fleet, startAt: number): void {
  for (const placed of [
    ...SINGLE,
    ...NAMESAKES,
    ...SHARED,
    ...MERGED,
    ...DHCP_PAIR,
    ...WELL_KNOWN.hardNames.map((named) => ({ ...named, addresses: [] })),
    ...crowdMachines(),
  ]) {
    place(fleet, startAt, placed);
  }
  fleet.addMachine(sparseMachine(machines.sparse.id));
}

function place(fleet: Fleet, startAt: number, placed: Placed): void {
  const {
    lastSeenOffsetMs = -2 * HOUR_MS,
    fromOffsetMs = -30 * DAY_MS,
    toOffsetMs,
    ...known
  } = placed;
  const machine = windowsMachine({ ...known, lastSeenAt: startAt + lastSeenOffsetMs });
  fleet.addMachine(machine);
  const toAt = toOffsetMs === undefined ? Infinity : startAt + toOffsetMs;
  for (const ip of placed.addresses) {
    fleet.addSighting(ip, { machine, fromAt: startAt + fromOffsetMs, toAt });
  }
}

/** What is known of a device that was only seen on the network. */
const DISCOVERED = {
  computerDnsName: null,
  onboardingStatus: 'CanBeOnboarded',
  healthStatus: 'Unknown',
  osPlatform: 'Unknown',
  version: null,
  osBuild: null,
  agentVersion: null,
  aadDeviceId: null,
  ipAddresses: null,
};

const SINGLE: readonly Placed[] = [
  {
    id: machines.workstation.id,
    computerDnsName: machines.workstation.computerDnsName,
    addresses: [machines.workstation.ip, machines.workstation.ipv6],
    riskScore: 'Medium',
    machineTags: ['site:ber'],
    rbacGroupId: 100,
    rbacGroupName: 'site-ber',
  },
  {
    id: machines.server.id,
    computerDnsName: machines.server.computerDnsName,
    addresses: [machines.server.ip],
    osPlatform: 'WindowsServer2022',
    version: '21H2',
    osBuild: 20348,
    deviceValue: 'High',
    riskScore: 'High',
    exposureLevel: 'High',
    machineTags: ['crown-jewel', "owner:o'brien"],
    rbacGroupId: 140,
    rbacGroupName: 'servers',
  },
  {
    id: machines.bareName.id,
    computerDnsName: machines.bareName.computerDnsName,
    addresses: [machines.bareName.ip],
  },
  {
    id: machines.longName.id,
    computerDnsName: machines.longName.computerDnsName,
    addresses: [machines.longName.ip],
  },
  { id: machines.discovered.id, addresses: [machines.discovered.ip], ...DISCOVERED },
  {
    id: machines.phone.id,
    computerDnsName: machines.phone.computerDnsName,
    addresses: [machines.phone.ip],
    osPlatform: 'iOS',
    version: '17.6',
    osBuild: null,
    aadDeviceId: machines.phone.aadDeviceId,
  },
  ...[machines.seenThreeDaysAgo, machines.seenTwentyDaysAgo].map((stale) => ({
    id: stale.id,
    computerDnsName: stale.computerDnsName,
    addresses: [stale.ip],
    lastSeenOffsetMs: stale.lastSeenOffsetMs,
    toOffsetMs: stale.lastSeenOffsetMs,
  })),
];

const NAMESAKES: readonly Placed[] = [
  {
    id: sharedName.live.id,
    computerDnsName: sharedName.computerDnsName,
    addresses: [sharedName.live.ip],
  },
  {
    id: sharedName.inactive.id,
    computerDnsName: sharedName.computerDnsName,
    addresses: [],
    healthStatus: 'Inactive',
    lastSeenOffsetMs: -45 * DAY_MS,
  },
  {
    id: sharedName.merged.id,
    computerDnsName: sharedName.computerDnsName,
    addresses: [],
    mergedIntoMachineId: sharedName.live.id,
    isPotentialDuplication: true,
    lastSeenOffsetMs: -10 * DAY_MS,
  },
  ...ambiguousName.ids.map((id, index) => ({
    id,
    computerDnsName: ambiguousName.computerDnsName,
    addresses: [`10.1.4.${11 + index}`],
  })),
];

const SHARED: readonly Placed[] = [
  { ...sharedAddress.onboarded, addresses: [sharedAddress.ip] },
  { ...DISCOVERED, ...sharedAddress.discovered, addresses: [sharedAddress.ip] },
  {
    ...onboardedTwice.onboarded,
    computerDnsName: onboardedTwice.computerDnsName,
    addresses: [onboardedTwice.ip],
  },
  {
    ...DISCOVERED,
    ...onboardedTwice.discovered,
    computerDnsName: onboardedTwice.computerDnsName,
    addresses: [onboardedTwice.ip],
  },
];

const { chain, forked, gone } = merges;

const MERGED: readonly Placed[] = [
  ...chain.ids.map((id, index) => record(id, `chain-${index}.contoso.com`, chain.ids[index + 1])),
  ...forked.ids.map((id, index) => record(id, forked.computerDnsName, forked.into[index])),
  ...forked.into.map((id, index) => record(id, `forked-${index}.contoso.com`)),
  record(gone.live, gone.computerDnsName),
  record(gone.merged, gone.computerDnsName, gone.into),
];

function record(
  id: string,
  computerDnsName: string,
  mergedIntoMachineId: string | null = null,
): Placed {
  const isPotentialDuplication = mergedIntoMachineId !== null;
  return { id, computerDnsName, addresses: [], mergedIntoMachineId, isPotentialDuplication };
}

const DHCP_PAIR: readonly Placed[] = [
  {
    id: dhcp.former.id,
    computerDnsName: dhcp.former.computerDnsName,
    addresses: [dhcp.ip],
    fromOffsetMs: -30 * HOUR_MS,
    toOffsetMs: dhcp.former.toOffsetMs,
    lastIpAddress: '10.20.31.7',
  },
  {
    id: dhcp.present.id,
    computerDnsName: dhcp.present.computerDnsName,
    addresses: [dhcp.ip],
    fromOffsetMs: dhcp.present.fromOffsetMs,
  },
];

/** Container hosts with an interface per container: their records are what makes the answer large. */
function crowdMachines(): Placed[] {
  return Array.from({ length: crowd.machineCount }, (_, index) => {
    const id = seededDigest('crowd', index);
    return {
      id,
      computerDnsName: `vpn-client-${String(index + 1).padStart(2, '0')}.contoso.com`,
      addresses: [crowd.ip],
      machineTags: ['vpn'],
      ipAddresses: Array.from({ length: 50 }, (__, card) => ({
        ipAddress: card === 0 ? crowd.ip : `172.${16 + (index % 16)}.${card}.1`,
        macAddress: `0242AC${id.slice(0, 4).toUpperCase()}${card.toString(16).padStart(2, '0').toUpperCase()}`,
        type: 'Ethernet',
        operationalStatus: 'Up',
      })),
    };
  });
}
