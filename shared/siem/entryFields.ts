import type { Json, JsonObject } from '../json/Json';
import { isGiven } from './fields';
import { meaningOf, spelling, type Meaning } from './spellings';

/** A field of a message or of one of its entries, under its key. */
export interface Field {
  readonly key: string;
  /** The key without case and the like. */
  readonly name: string;
  readonly value: Json;
}

/** A value of an entry, and the kind that the entry gives it; null: none. */
export interface NamedValue extends Field {
  readonly meaning: Meaning | null;
}

/** Fields of an entry that do not name what to look up. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['type', 'value', 'ref', 'observedat']);
const NOT_LOOKED_UP: Meaning = { kind: 'unknown', hashAlgorithm: null };

export function toFields(object: JsonObject): readonly Field[] {
  return Object.entries(object).map(([key, value]) => ({ key, name: spelling(key), value }));
}

/** The field whose key is spelled so, the first that has a value. */
export function fieldOf(fields: readonly Field[], name: string): Field | undefined {
  const same = fields.filter((field) => field.name === name);
  return same.find(({ value }) => isGiven(value)) ?? same[0];
}

/** The values whose key names their kind, and `value`, whose kind is in `type`. */
export function valuesOf(fields: readonly Field[]): readonly NamedValue[] {
  const named = fields.flatMap((field) => {
    const meaning = meaningOf(field.name);
    return meaning ? [{ ...field, meaning }] : [];
  });
  const values = fields.filter(({ name }) => name === 'value');
  const type = fieldOf(fields, 'type')?.value ?? null;
  const known = typeof type === 'string' ? meaningOf(spelling(type)) : null;
  if (known) return [...named, ...values.map((value) => ({ ...value, meaning: known }))];
  // Beside a key that is known, it is a field like any other.
  if (named.length > 0) return named;
  return values.map((value) => ({ ...value, meaning: isGiven(type) ? NOT_LOOKED_UP : null }));
}

export function hasOtherFields(fields: readonly Field[]): boolean {
  return fields.some(({ name, value }) => isGiven(value) && !OWN_FIELDS.has(name));
}
