import type ipaddr from 'ipaddr.js';
import { readAddress } from './Ip';

/** Network address and prefix length. */
export type IpRange = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Reads comma-separated CIDRs. Null if any of them is malformed; `none` means no ranges. */
export function parseIpRanges(text: string): readonly IpRange[] | null {
  const entries = text.split(',').map((entry) => entry.trim());
  if (text.trim().toLowerCase() === 'none') return [];
  const ranges = entries.map(parseIpRange);
  return ranges.every((range) => range !== null) ? ranges : null;
}

function parseIpRange(text: string): IpRange | null {
  const [base = '', bits = '', ...rest] = text.split('/');
  const address = readAddress(base);
  if (!address || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return null;
  // An IPv4-mapped base is read as IPv4, to which its prefix length does not belong.
  const isIpv4 = address.kind() === 'ipv4';
  if (isIpv4 && base.includes(':')) return null;
  return Number(bits) <= (isIpv4 ? 32 : 128) ? [address, Number(bits)] : null;
}
