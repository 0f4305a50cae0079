import { isIP, SocketAddress } from 'node:net';

/** The one spelling under which an address is indexed; undefined if the text is not an address or has a zone id. */
export function canonicalIp(text: string): string | undefined {
  const version = isIP(text);
  if (version === 0 || text.includes('%')) return undefined;
  if (version === 4) return text;
  return new SocketAddress({ address: text, family: 'ipv6' }).address;
}
