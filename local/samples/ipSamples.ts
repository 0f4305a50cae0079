import { DAY_MS, HOUR_MS } from '../../shared/clock/durations';
import { WELL_KNOWN } from '../defender/wellKnown';
import type { At, Sample } from './Sample';

const { machines, sharedAddress, onboardedTwice, dhcp, crowd, ips } = WELL_KNOWN;
const { workstation } = machines;

/** IP addresses: whose machine it was depends on the time. */
export function ipSamples(at: At): readonly Sample[] {
  return [...spelledAddresses(at), ...sharedAddresses(at), ...unmatchedAddresses(at)];
}

const ip = (value: string, observedAt?: string) => JSON.stringify({ ip: value, observedAt });

/** One machine's addresses, written in several ways. */
function spelledAddresses(at: At): readonly Sample[] {
  return [
    {
      name: 'ip-internal',
      title: 'internal IP with its time: a strong match',
      body: ip(workstation.ip, at(-2 * HOUR_MS)),
      expected: ['found'],
    },
    {
      name: 'ip-bare',
      title: 'nothing but an IP: asked for now, so a weak match',
      body: workstation.ip,
      expected: ['found'],
    },
    {
      name: 'ip-bare-json',
      title: 'the same as a JSON string',
      body: JSON.stringify(workstation.ip),
      expected: ['found'],
    },
    {
      name: 'ip-internal-v6',
      title: 'internal IPv6',
      body: ip(workstation.ipv6, at(-2 * HOUR_MS)),
      expected: ['found'],
    },
    {
      name: 'ip-v6-spelling',
      title: 'the same IPv6, written out in capitals: one answer',
      body: ip('FD12:3456:789A:0:0:0:0:0017', at(-2 * HOUR_MS)),
      expected: ['found'],
    },
    {
      name: 'ip-v4-mapped',
      title: 'IPv4-mapped IPv6: taken as the IPv4 it is',
      body: ip(`::ffff:${workstation.ip}`, at(-2 * HOUR_MS)),
      expected: ['found'],
    },
  ];
}

/** Addresses that changed hands, and those that several machines have. */
function sharedAddresses(at: At): readonly Sample[] {
  return [
    {
      name: 'ip-dhcp-former',
      title: 'DHCP reuse: the machine that had the IP yesterday',
      body: ip(dhcp.ip, at(dhcp.former.atOffsetMs)),
      expected: ['found'],
    },
    {
      name: 'ip-dhcp-present',
      title: 'DHCP reuse: the machine that has it today',
      body: ip(dhcp.ip, at(dhcp.present.atOffsetMs)),
      expected: ['found'],
    },
    {
      name: 'ip-dhcp-nobody',
      title: 'DHCP reuse: nobody had it then, so only a weak match',
      body: ip(dhcp.ip, at(dhcp.nobodyAtOffsetMs)),
      expected: ['found'],
    },
    {
      name: 'ip-crowd',
      title: 'IP with many machines: the answer is over 192 KB',
      body: ip(crowd.ip, at(-HOUR_MS)),
      expected: ['found'],
    },
    {
      name: 'ip-last-known',
      title: 'gone from its IP for 3 days: weak, by last known IP',
      body: ip(machines.seenThreeDaysAgo.ip, at(-HOUR_MS)),
      expected: ['found'],
    },
    {
      name: 'ip-last-known-too-old',
      title: 'gone for 20 days: too long ago to name a machine',
      body: ip(machines.seenTwentyDaysAgo.ip, at(-HOUR_MS)),
      expected: ['notSeen'],
    },
    {
      name: 'ip-discovered',
      title: 'machine without an agent: never a strong match',
      body: ip(machines.discovered.ip, at(-HOUR_MS)),
      expected: ['found'],
    },
    {
      name: 'ip-shared',
      title: 'two devices at once, one without an agent: weak',
      body: ip(sharedAddress.ip, at(-HOUR_MS)),
      expected: ['found'],
    },
    {
      name: 'ip-onboarded-twice',
      title: 'the same, but one name: one machine, strong',
      body: ip(onboardedTwice.ip, at(-HOUR_MS)),
      expected: ['found'],
    },
  ];
}

/** Addresses that no machine has, or not at that time, or that cannot be asked for. */
function unmatchedAddresses(at: At): readonly Sample[] {
  return [
    {
      name: 'ip-unknown',
      title: 'internal IP that nobody had',
      body: ip(ips.unknownInternal, at(-HOUR_MS)),
      expected: ['notSeen'],
    },
    {
      name: 'ip-unknown-v6',
      title: 'internal IPv6 that nobody had',
      body: ip(ips.unknownInternalIpv6, at(-HOUR_MS)),
      expected: ['notSeen'],
    },
    {
      name: 'ip-external-alerts',
      title: 'external IP named by alerts',
      body: ip(ips.externalWithAlerts, at(-HOUR_MS)),
      expected: ['found'],
    },
    {
      name: 'ip-external',
      title: 'external IP that no alert names',
      body: ip(ips.externalWithoutAlerts, at(-HOUR_MS)),
      expected: ['notSeen'],
    },
    {
      name: 'ip-future',
      title: 'a time in the future (wrong clock): a weak match',
      body: ip(workstation.ip, at(DAY_MS)),
      expected: ['found'],
    },
    {
      name: 'ip-no-zone',
      title: 'a time without a zone: read as UTC, a weak match',
      body: ip(workstation.ip, at(-2 * HOUR_MS).replace('Z', '')),
      expected: ['found'],
    },
    {
      name: 'ip-too-old',
      title: 'seen 31 days ago: Defender no longer knows',
      body: ip(workstation.ip, at(-31 * DAY_MS)),
      expected: ['invalid'],
    },
    { name: 'ip-loopback', title: 'loopback', body: ip('127.0.0.1'), expected: ['invalid'] },
    {
      name: 'ip-octal',
      title: 'leading zeros: octal or decimal? not guessed',
      body: ip('010.001.002.003'),
      expected: ['invalid'],
    },
  ];
}
