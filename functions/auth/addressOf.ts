import ipaddr from 'ipaddr.js';

/** Headers or query parameters of a request. */
export interface Values {
  get(name: string): string | null;
}

/** Parts of an IPv6 address that name a site; the rest is its own to vary. */
const SITE_PARTS = 4;

/** The caller's address as the platform saw it, without its port, of IPv6 the site's; empty if it is not known. */
export function addressOf(headers: Values): string {
  // The platform writes the address it sees at the end; anything before it comes from the caller.
  const last = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  const host = /^\[(.*)\](?::\d+)?$/.exec(last)?.[1] ?? last.replace(/^([\d.]+):\d+$/, '$1');
  if (!ipaddr.isValid(host)) return '';
  const address = ipaddr.process(host);
  return address instanceof ipaddr.IPv6
    ? address.parts
        .slice(0, SITE_PARTS)
        .map((part) => part.toString(16))
        .join(':')
    : address.toString();
}
