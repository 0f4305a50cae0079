import type { Context } from '../lookups/Lookup';
import { isJsonObject, type Json } from '../json/Json';
import { isGiven } from './fields';

const MAX_KEYS = 20;
const MAX_CHARACTERS = 1024;
/** Of the whole as JSON: a context comes back with every record. */
const MAX_BYTES = 24 * 1024;

/** What the sender wants back. Too much of it, or what is not flat, is cut; never a reason to refuse. */
export function readContext(value: Json): { context: Context; contextCut: boolean } {
  const given = isJsonObject(value) ? value : {};
  const entries = Object.entries(given);
  const kept = entries.flatMap(([key, each]) => {
    if (!isScalar(each) || key.length > MAX_CHARACTERS) return [];
    return [[key, typeof each === 'string' ? each.slice(0, MAX_CHARACTERS) : each] as const];
  });
  const fitting = asManyAsFit(kept.slice(0, MAX_KEYS));
  const isWhole =
    (given === value || !isGiven(value)) &&
    fitting.length === entries.length &&
    kept.every(([key, each]) => each === given[key]);
  return { context: Object.fromEntries(fitting), contextCut: !isWhole };
}

function isScalar(value: Json): value is string | number | boolean {
  return value !== null && typeof value !== 'object';
}

function asManyAsFit<T extends readonly [string, string | number | boolean]>(
  entries: readonly T[],
): readonly T[] {
  let bytes = 0;
  return entries.filter((entry) => {
    const size = Buffer.byteLength(JSON.stringify(entry));
    if (bytes + size > MAX_BYTES) return false;
    bytes += size;
    return true;
  });
}
