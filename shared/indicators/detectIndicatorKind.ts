import { isIP } from 'node:net';
import { AlertId } from './AlertId';
import { FileHash } from './FileHash';
import { HostName } from './HostName';
import type { IndicatorKind } from './Indicator';
import type { IndicatorProblemCode, ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

/** The longest of all kinds: a full name. */
const MAX_LENGTH = 254;

/**
 * What a bare value is recognisably meant to be, even if it then turns out not to be askable (a loopback address,
 * Sentinel's alert id); null if nothing fits. 40 hexadecimal digits are a SHA-1: a device id has to be called one.
 */
export function detectIndicatorKind(text: string): IndicatorKind | null {
  const value = trimWithin(MAX_LENGTH, text);
  if (isIP(value) !== 0 || /^\d+(?:\.\d+){3}$/.test(value)) return 'ip';
  if (isMeant(FileHash.parse(value), 'hash.malformed')) return 'file';
  if (isMeant(AlertId.parse(value), 'alert.malformed')) return 'alert';
  return isHostName(value) ? 'host' : null;
}

/** Any text may be the name of a phone, so that has to be called a host. */
function isHostName(value: string): boolean {
  const parsed = HostName.parse(value);
  return parsed.ok && parsed.indicator.form !== 'deviceName';
}

function isMeant(parsed: ParsedIndicator<unknown>, malformed: IndicatorProblemCode): boolean {
  return parsed.ok || parsed.problem.code !== malformed;
}
