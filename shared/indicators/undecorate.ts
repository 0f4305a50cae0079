import { isIP } from 'node:net';
import { trimWithin } from './trimWithin';

/** Far longer than any value with all that is written around it. */
const MAX_LENGTH = 1024;
const PAIRS: ReadonlyMap<string, string> = new Map(
  ['""', "''", '``', '<>', '()', '[]'].map((pair) => [pair.charAt(0), pair.charAt(1)] as const),
);
const DEFANGED_DOT = /[[({](?:\.|dot)[\])}]/gi;
const DEFANGED_COLON = /[[({]:[\])}]/g;
const IPV4_WITH_MORE = /^\[?([\d.]{7,15})\]?(?::\d{1,5}|\/32)$/;
const IPV6_WITH_MORE = /^([\da-f]{0,4}:[\da-f:.]{1,44})(?:%[\da-z._~-]{1,64})?(?:\/128)?$/i;
const IPV6_WITH_PORT = /^\[([\da-f]{0,4}:[\da-f:.]{1,44})(?:%[\da-z._~-]{1,64})?\]:\d{1,5}$/i;
const NAMED_HASH = /^(md5|sha-?\d{1,3}(?:ac)?|imphash|authentihash)\s?[=:]\s?([\da-f]{32,128})$/i;
/** `DOMAIN\` before a name, `$` at the end of a machine's account, and a port. */
const ACCOUNT = /^(?:[^\s\\/:@]{1,254}\\)?([^\s\\/:@$]{1,254})\$?(?::\d{1,5})?$/u;

/** Without quotes or brackets around the whole. */
export function unwrap(text: string): string {
  const value = trimWithin(MAX_LENGTH, text);
  const isWrapped = value.length > 1 && PAIRS.get(value.charAt(0)) === value.at(-1);
  return isWrapped ? unwrap(value.slice(1, -1)) : value;
}

/** An address without port, `/32` or `/128`, zone, brackets and defanging; any other text as it is. */
export function undecorateIp(text: string): string {
  // A slash in a path comes encoded, and would pass for the zone of an address.
  const value = refang(trimWithin(MAX_LENGTH, text)).replaceAll(/%2f/gi, '/');
  const bare = unwrap(value);
  const match =
    IPV6_WITH_PORT.exec(value) ?? IPV4_WITH_MORE.exec(bare) ?? IPV6_WITH_MORE.exec(bare);
  const [, address = bare] = match ?? [];
  return isIP(address) === 0 ? text : address;
}

/** A digest without its `SHA1=` prefix, which names the algorithm; `algorithm` is '' without one. */
export function undecorateHash(text: string): {
  readonly digest: string;
  readonly algorithm: string;
} {
  const bare = unwrap(text);
  const [, algorithm = '', digest = bare] = NAMED_HASH.exec(bare) ?? [];
  return { digest, algorithm };
}

/** A computer name or full DNS name without domain, `$`, port and defanging; any other text without quotes around it. */
export function undecorateHost(text: string): string {
  const bare = unwrap(text);
  const [, name = bare] = ACCOUNT.exec(refang(bare)) ?? [];
  return name;
}

/** Until nothing is left to put right, so that what comes of it reads as itself. */
function refang(text: string): string {
  const better = text.replaceAll(DEFANGED_DOT, '.').replaceAll(DEFANGED_COLON, ':');
  return better === text ? text : refang(better);
}
