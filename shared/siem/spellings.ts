import { INDICATOR_KINDS, type SubjectKind } from '../indicators/Indicator';
import { HASH_NAMES } from '../kinds/file';
import { KINDS } from '../kinds/kinds';

/** What a key or a `type` states about its value. */
export interface Meaning {
  /** `unknown`: it is said to be something that is not looked up. */
  readonly kind: SubjectKind;
  /** What it calls a digest. */
  readonly hashAlgorithm: string | null;
}

/** Longer text does not name a kind. */
const MAX_LENGTH = 64;

const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...INDICATOR_KINDS.flatMap((kind) =>
    KINDS[kind].names.map((name) => [name, { kind, hashAlgorithm: null }] as const),
  ),
  ...HASH_NAMES.map(([name, hashAlgorithm]) => [name, { kind: 'file', hashAlgorithm }] as const),
]);

/** What a key, or the text of a `type`, in its `spelling` calls the value; null for an unusual name. */
export function meaningOf(name: string): Meaning | null {
  return MEANINGS.get(name) ?? null;
}

/** A name without case and without what parts its words: `File.Hash-SHA256` and `fileHashSha256` are one. */
export function spelling(name: string): string {
  return name.length > MAX_LENGTH ? '' : name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
