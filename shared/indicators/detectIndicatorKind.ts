import { isIP } from 'node:net';
import { HostName } from './HostName';
import type { IndicatorKind } from './Indicator';
import type { IndicatorProblemCode } from './IndicatorProblem';
import { parseIndicator } from './parseIndicator';
import { trimWithin } from './trimWithin';
import { undecorateHost, undecorateIp } from './undecorate';

/** The longest of all kinds: a full name, with a domain before it. */
const MAX_LENGTH = 512;
/** Four numbers with dots, even if they are not an address; or a network. */
const LIKE_IPV4 = /^\d+(?:\.\d+){3}(?:(?:[:/]|%2f)\d+)?$/i;
/** Labels of letters, digits, `_`, `-` and `&`. */
const PLAIN_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_&-]*(?:\.[\p{L}\p{N}_][\p{L}\p{M}\p{N}_&-]*)*$/u;

/**
 * What a bare value is recognisably meant to be, even if it then turns out not to be askable (a loopback address,
 * Sentinel's alert id); null if nothing fits. 40 hexadecimal digits are a SHA-1: a device id has to be called one.
 */
export function detectIndicatorKind(text: string): IndicatorKind | null {
  const value = trimWithin(MAX_LENGTH, text);
  const isAddress = isIP(undecorateIp(value)) !== 0 || LIKE_IPV4.test(value);
  if (isAddress) return 'ip';
  if (isMeant('file', value, 'hash.malformed')) return 'file';
  if (isMeant('alert', value, 'alert.malformed')) return 'alert';
  return isHostName(value) ? 'host' : null;
}

/** Any text may be the name of a phone, so what is not plainly a computer's has to be called a host. */
function isHostName(value: string): boolean {
  const parsed = HostName.parse(undecorateHost(value));
  return parsed.ok && PLAIN_NAME.test(parsed.indicator.value);
}

function isMeant(kind: IndicatorKind, text: string, malformed: IndicatorProblemCode): boolean {
  const parsed = parseIndicator(kind, text);
  return parsed.ok || parsed.problem.code !== malformed;
}
