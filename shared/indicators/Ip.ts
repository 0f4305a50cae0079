import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { refusal, type ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

/** Longest text form of an address: IPv6 with a dotted tail. */
const MAX_LENGTH = 45;
const UNROUTABLE_RANGES = new Set([
  'loopback',
  'linkLocal',
  'multicast',
  'broadcast',
  'unspecified',
]);

const MALFORMED = refusal(
  'ip.malformed',
  'Not an IP address. Send one IPv4 address in four decimal parts, or one IPv6 address without a zone.',
);
const NOT_ROUTABLE = refusal(
  'ip.notRoutable',
  'Loopback, link-local, multicast, broadcast and unspecified addresses do not tell machines apart.',
);

/** An IP address that can be asked for. `value` is canonical: dotted decimal, or RFC 5952; IPv4-mapped becomes IPv4. */
export class Ip {
  declare protected readonly nominal: true;
  readonly kind = 'ip';

  private constructor(
    readonly value: string,
    readonly version: 4 | 6,
  ) {}

  static parse(text: string): ParsedIndicator<Ip> {
    const address = readAddress(text);
    if (!address) return MALFORMED;
    if (UNROUTABLE_RANGES.has(address.range())) return NOT_ROUTABLE;
    return {
      ok: true,
      indicator: new Ip(address.toString(), address.kind() === 'ipv4' ? 4 : 6),
    };
  }
}

/** Reads strictly: no zone id, octal, hexadecimal or short forms. Null for anything else. */
export function readAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const trimmed = trimWithin(MAX_LENGTH, text);
  // isIP passes zone ids, and a zone id passes quotes and slashes.
  if (trimmed.includes('%')) return null;
  switch (isIP(trimmed)) {
    case 4:
      return ipaddr.IPv4.parse(trimmed);
    case 6:
      return readIpv6(trimmed);
    default:
      return null;
  }
}

function readIpv6(text: string): ipaddr.IPv4 | ipaddr.IPv6 {
  // The URL parser writes RFC 5952; ipaddr.js alone would take ::1.2.3.4 for the IPv4-mapped ::ffff:1.2.3.4.
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const address = ipaddr.IPv6.parse(canonical);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}
