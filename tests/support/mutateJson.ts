import type { Json, JsonObject } from '../../shared/json/Json';
import { isJsonObject } from '../../shared/json/Json';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every object and list in a value, itself included. */
export function partsOf(json: Json): readonly Json[] {
  if (typeof json !== 'object' || json === null) return [];
  return [json, ...Object.values(json as JsonObject).flatMap(partsOf)];
}

/** What a broken template or another version of a product might write in the place of a value. */
const OTHER_TYPES: readonly ((value: Json) => Json | undefined)[] = [
  () => undefined,
  () => null,
  () => '',
  () => 'n/a',
  () => 0,
  () => 4_711,
  () => true,
  () => [],
  () => ({}),
  () => [[[]]],
  (value) => [value],
  (value) => [value, value],
  (value) => ({ value }),
  (value) => JSON.stringify(value),
  (value) => (Array.isArray(value) ? (value as readonly Json[])[0] : [[value]]),
  () => '\ud800',
  () => '{"$ref":"1"}',
  () => ({ $ref: '1', $id: '1' }),
  () => 'x'.repeat(2_000),
  () => ({ ['__proto__']: { ip: '10.254.254.254' }, constructor: null }),
];

/** The value with one of its fields or entries dropped, or of another type. */
export function mutate(json: Json, random: () => number): Json {
  const at = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const target = at(partsOf(json));
  const key = at(Object.keys((target ?? {}) as JsonObject));
  const change = at(OTHER_TYPES);
  if (key === undefined || !change) return json;
  const copy = (each: Json): Json => {
    if (typeof each !== 'object' || each === null) return each;
    const entries = Object.entries(each as JsonObject).flatMap(([name, value]) => {
      if (each !== target || name !== key) return [[name, copy(value)] as const];
      const changed = change(value);
      return changed === undefined ? [] : [[name, changed] as const];
    });
    return isJsonObject(each) ? Object.fromEntries(entries) : entries.map(([, value]) => value);
  };
  return copy(json);
}
