import { z } from 'zod';
import type { Json } from '../json/Json';

/** A mark or a name that a sender may also write as a number; the parser has left none that is not exact. */
export const exactText = z.union([z.string(), z.number().transform(String)]);

/** `null`, the empty string and a list of nothing else mean: not given. */
export function isGiven(value: Json): boolean {
  return isList(value) ? value.some(isGiven) : value !== null && value !== '';
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The text itself, or the JSON of any other value. */
export function toText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
