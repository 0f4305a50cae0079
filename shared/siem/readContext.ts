import { z } from 'zod';
import type { Context } from '../enrichment/Lookup';

const MAX_KEYS = 20;
const MAX_CHARACTERS = 1024;
/** Of the whole as JSON: a context comes back with every record. */
const MAX_BYTES = 24 * 1024;

const schema = z.object({ context: z.record(z.string(), z.unknown()).nullish() });
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** What the sender wants back. Too much of it, or what is not flat, is cut; never a reason to refuse. */
export function readContext(message: unknown): { context: Context; contextCut: boolean } {
  const parsed = schema.safeParse(message);
  const entries = parsed.success ? Object.entries(parsed.data.context ?? {}) : [];
  const kept = entries.flatMap(([key, value]) => {
    const { success, data } = scalar.safeParse(value);
    if (!success || key.length > MAX_CHARACTERS) return [];
    return [[key, typeof data === 'string' ? data.slice(0, MAX_CHARACTERS) : data] as const];
  });
  const fitting = asManyAsFit(kept.slice(0, MAX_KEYS));
  const context = Object.fromEntries(fitting);
  const isWhole =
    parsed.success &&
    fitting.length === entries.length &&
    kept.every(([key, value]) => value === parsed.data.context?.[key]);
  return { context, contextCut: !isWhole };
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
