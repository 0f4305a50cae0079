import { INDICATOR_KINDS, type IndicatorKind } from '../indicators/Indicator';
import { trimWithin } from '../indicators/trimWithin';
import { KINDS } from './kinds';

/** The longest of all kinds: a full name, with a domain before it. */
const MAX_LENGTH = 512;

/**
 * What a bare value is recognisably meant to be, even if it then turns out not to be askable (a loopback address,
 * Sentinel's alert id); null if nothing fits.
 */
export function detectIndicatorKind(text: string): IndicatorKind | null {
  return INDICATOR_KINDS.find((kind) => KINDS[kind].isDetected && isMeantAs(kind, text)) ?? null;
}

/** Whether a text is written like a value of this kind. */
export function isMeantAs(kind: IndicatorKind, text: string): boolean {
  return KINDS[kind].isMeant(trimWithin(MAX_LENGTH, text));
}
