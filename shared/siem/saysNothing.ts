import { FileHash } from '../indicators/FileHash';
import type { SubjectKind } from '../indicators/Indicator';
import { KINDS } from '../kinds/kinds';
import { unwrap } from '../indicators/undecorate';

/** What templates and log sources write where they have no value. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  '',
  '-',
  'n/a',
  'none',
  'null',
  'undefined',
  'unknown',
  'true',
  'false',
  'nan',
  'infinity',
]);
/** Longer text has content unless it is blank. */
const MAX_LENGTH = 1024;
/** What products write for a digest that they have not computed. */
const NO_DIGEST = /^0{32,128}$/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Whether a text names nothing to look up: it is empty, a placeholder, or a number that is not a hash, but for kinds
 * whose values may be numbers. `kind`: what the message calls it; null: nothing.
 */
export function saysNothing(text: string, kind: SubjectKind | null): boolean {
  if (text.length > MAX_LENGTH) return text.trim() === '';
  const bare = unwrap(text);
  if (PLACEHOLDERS.has(bare.toLowerCase())) return true;
  if (kind === 'file' && NO_DIGEST.test(bare)) return true;
  const mayBeNumber = kind !== null && kind !== 'unknown' && KINDS[kind].mayBeNumber;
  return !mayBeNumber && NUMBER.test(bare) && !FileHash.parse(bare).ok;
}
