import ipaddr from 'ipaddr.js';
import type { Ip } from './Ip';
import type { IpRange } from './parseIpRanges';

/**
 * Addresses that machines have on their own interfaces: RFC 1918, RFC 6598 (carrier-grade NAT), RFC 4193 (ULA), and
 * global unicast IPv6 (RFC 4291), which needs no translation.
 */
const STANDARD_RANGES: readonly IpRange[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
  '2000::/3',
].map((cidr) => ipaddr.parseCIDR(cidr));

/** Whether Defender may know the address as a machine's own. Only for `internal` ones is it worth asking. */
export function ipScope(ip: Ip, internalRanges: readonly IpRange[]): 'internal' | 'external' {
  const address = (ip.version === 4 ? ipaddr.IPv4 : ipaddr.IPv6).parse(ip.value);
  const isInside = ([base, bits]: IpRange) =>
    base.kind() === address.kind() && address.match(base, bits);
  return [...STANDARD_RANGES, ...internalRanges].some(isInside) ? 'internal' : 'external';
}
