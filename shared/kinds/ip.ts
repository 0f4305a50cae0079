import { isIP } from 'node:net';
import { DAY_MS } from '../clock/durations';
import type { Machine } from '../defender/DefenderAnswer';
import { Ip } from '../indicators/Ip';
import { undecorateIp } from '../indicators/undecorate';
import { askedAt, hasGivenTime, seenAt, type Lookup } from '../lookups/Lookup';
import type { Kind } from './Kind';
import { machineList } from './machineList';

/** Four numbers with dots, even if they are not an address; or a network. */
const LIKE_IPV4 = /^\d+(?:\.\d+){3}(?:(?:[:/]|%2f)\d+)?$/i;
/** learn.microsoft.com/defender-endpoint/api/find-machines-by-ip, read 2026-10: 15 minutes before and after. */
const FIND_BY_IP_WINDOW_MINUTES = 15;
/** An address last reported further from the observed time than this has likely changed hands. */
const LAST_KNOWN_WITHIN_MS = 7 * DAY_MS;

const parameter = {
  name: 'ip',
  description: 'IPv4 or IPv6 address',
  example: '10.1.0.10',
};

export const ip = {
  noun: 'IP address',
  key: { name: 'ip', description: 'IPv4 or IPv6 address' },
  names: [
    'ip',
    'ips',
    'ipaddress',
    'ipaddr',
    'ipv4',
    'ipv6',
    'ipv4addr',
    'ipv6addr',
    'ipv4address',
    'ipv6address',
    'ipsrc',
    'ipdst',
    'srcip',
    'dstip',
    'sourceip',
    'destinationip',
    'destip',
    'hostip',
    'deviceip',
    'localip',
    'remoteip',
    'clientip',
    'privateip',
  ],
  parse: (text) => Ip.parse(undecorateIp(text)),
  isMeant: (text) => isIP(undecorateIp(text)) !== 0 || LIKE_IPV4.test(text),
  isDetected: true,
  mayBeNumber: false,
  isRechecked: false,
  meansOneMachine: true,
  routes: [
    {
      name: 'ipMachines',
      path: 'ips/{ip}/machines',
      summary: 'Find machines by IP address',
      description: 'The machines that had an IP address, now or at a given time.',
      parameter,
      asks: 'machines',
      takesTime: true,
    },
    {
      name: 'ipAlerts',
      path: 'ips/{ip}/alerts',
      summary: 'Find alerts by IP address',
      description: 'The alerts that name an IP address.',
      parameter,
      asks: 'alerts',
      takesTime: false,
    },
  ],
  steps: [
    {
      step: 'findByIp',
      endpoint: 'findByIp',
      query: (lookup) =>
        asksForMachines(lookup)
          ? { endpoint: 'findByIp', ip: lookup.indicator, at: askedAt(lookup) }
          : null,
      match: {
        by: 'findByIp',
        window: (lookup) => ({
          at: new Date(askedAt(lookup)).toISOString(),
          windowMinutes: FIND_BY_IP_WINDOW_MINUTES,
        }),
        // An answer from before the sighting cannot show which machine had the address then.
        strong: (lookup, { fromCache, calledAt }) =>
          hasGivenTime(lookup.subject) && !(fromCache && calledAt < seenAt(lookup)),
      },
    },
    {
      step: 'ipAlerts',
      endpoint: 'ipAlerts',
      query: ({ indicator, asks }, { settings }) =>
        asks === 'alerts' || (asks === 'all' && settings.ipAlerts)
          ? { endpoint: 'ipAlerts', ip: indicator }
          : null,
      match: null,
    },
    {
      step: 'ipLastKnown',
      endpoint: 'machines',
      query: (lookup, { settings, hasMachines }) =>
        settings.ipLastKnown && asksForMachines(lookup) && !hasMachines()
          ? machineList({ op: 'eq', property: 'lastIpAddress', value: lookup.indicator.value })
          : null,
      match: {
        by: 'lastIpAddress',
        counts: (machine, { subject }) => isRecent(machine, subject.observedAt),
        strong: 'none',
      },
    },
  ],
} as const satisfies Kind<'ip'>;

function asksForMachines({ asks, subject }: Lookup): boolean {
  return asks !== 'alerts' && subject.scope === 'internal';
}

function isRecent({ lastSeen }: Machine, observedAt: number): boolean {
  return Math.abs(Date.parse(lastSeen ?? '') - observedAt) <= LAST_KNOWN_WITHIN_MS;
}
