import { DAY_MS } from '../../../shared/clock/durations';
import { type Machine, type MachineAddress, sparseMachine } from '../entities/Machine';
import { seededDigest } from './seededDigest';
import { serviceTime } from './serviceTime';

/** What differs between machines; everything else is an ordinary, healthy Windows 11 client. */
export interface WindowsMachineOptions extends Partial<Machine> {
  readonly id: string;
  /** Unix ms. */
  readonly lastSeenAt: number;
  readonly addresses: readonly string[];
}

/** An onboarded machine with every key filled as the live service fills it. */
export function windowsMachine(options: WindowsMachineOptions): Machine {
  const { lastSeenAt, addresses, ...differing } = options;
  return {
    ...sparseMachine(options.id),
    firstSeen: serviceTime(lastSeenAt - 120 * DAY_MS, 1856),
    lastSeen: serviceTime(lastSeenAt, 6121),
    osPlatform: 'Windows11',
    osProcessor: 'x64',
    version: '23H2',
    lastIpAddress: addresses[0] ?? null,
    lastExternalIpAddress: '203.0.113.10',
    agentVersion: '10.8760.22621.4317',
    osBuild: 22631,
    healthStatus: 'Active',
    deviceValue: 'Normal',
    rbacGroupId: 0,
    riskScore: 'Low',
    exposureLevel: 'Medium',
    isAadJoined: true,
    aadDeviceId: guid(options.id, 'aad'),
    defenderAvStatus: 'Updated',
    onboardingStatus: 'Onboarded',
    osArchitecture: '64-bit',
    managedBy: 'Intune',
    managedByStatus: 'Unknown',
    ipAddresses: interfaces(options.id, addresses),
    ...differing,
  };
}

/** A GUID that depends on the parts alone. */
export function guid(...parts: readonly (string | number)[]): string {
  const hex = seededDigest(...parts);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const LOOPBACK: MachineAddress = {
  ipAddress: '127.0.0.1',
  macAddress: null,
  type: 'SoftwareLoopback',
  operationalStatus: 'Up',
};

/** The addresses on one network card, its link-local one, and loopback, as live records list them. */
function interfaces(id: string, addresses: readonly string[]): MachineAddress[] {
  const macAddress = `00155D${id.slice(-6).toUpperCase()}`;
  const linkLocal = `fe80::${id.slice(0, 4)}:${id.slice(4, 8)}:${id.slice(8, 12)}:${id.slice(12, 16)}`;
  const card = [...addresses, linkLocal].map((ipAddress) => ({
    ipAddress,
    macAddress,
    type: 'Ethernet',
    operationalStatus: 'Up',
  }));
  return [...card, LOOPBACK];
}
