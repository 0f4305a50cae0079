import { isGiven, type Fields } from './fields';
import { meaningOf, spelling, type Meaning } from './spellings';

/** A value of an entry, and what the entry says it is; null: nothing. */
export interface NamedValue {
  readonly key: string;
  readonly value: unknown;
  readonly meaning: Meaning | null;
}

/** Fields of an entry that do not say what it is about. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['type', 'value', 'ref', 'observedat']);
const NOT_LOOKED_UP: Meaning = { kind: 'unknown', hashAlgorithm: null };

/** The entry's field of that spelling, under its key. */
export function fieldOf(fields: Fields, name: string): [key: string, value: unknown] {
  const same = Object.entries(fields).filter(([key]) => spelling(key) === name);
  return same.find(([, value]) => isGiven(value)) ?? same[0] ?? [name, undefined];
}

/** The values whose key says what they are, and `value`, of which `type` does. */
export function valuesOf(fields: Fields): readonly NamedValue[] {
  const named = Object.entries(fields).flatMap(([key, value]) => {
    const meaning = meaningOf(key);
    return meaning ? [{ key, value, meaning }] : [];
  });
  const [key, value] = fieldOf(fields, 'value');
  if (value === undefined) return named;
  const [, type] = fieldOf(fields, 'type');
  const known = typeof type === 'string' ? meaningOf(type) : null;
  if (known) return [...named, { key, value, meaning: known }];
  // Beside a key that is known, it is a field like any other.
  return named.length > 0 ? named : [{ key, value, meaning: isGiven(type) ? NOT_LOOKED_UP : null }];
}

export function hasOtherFields(fields: Fields): boolean {
  return Object.entries(fields).some(
    ([key, value]) => isGiven(value) && !OWN_FIELDS.has(spelling(key)),
  );
}
