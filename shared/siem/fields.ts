import { z } from 'zod';

/** A JSON object, not yet looked into. */
export const fieldsSchema = z.record(z.string(), z.unknown());
export type Fields = z.infer<typeof fieldsSchema>;

/** A mark or a name that a sender may also write as a number; the parser has left none that is not exact. */
export const exactText = z.union([z.string(), z.number().transform(String)]);

/** `null` and the empty string mean: not given. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** What is shown of a value that is no text. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
