import { z } from 'zod';

/** Ten of the largest pages: a file's machines and an address's alerts come without pages, however many they are. */
export const MAX_ENTRIES = 100_000;

/** A list no longer than any that Defender is expected to send, so that its length is known before its entries are read. */
export const entryList = z.custom<readonly unknown[]>(
  (value) => Array.isArray(value) && value.length <= MAX_ENTRIES,
);

export const isEntry = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A list of entities as this app wrote it. The first that is not as it should be ends the reading, or the list of what is
 * wrong would be as long as the list.
 */
export function entriesOf<T>(schema: z.ZodType<T>) {
  return entryList.transform((list, context): readonly T[] => {
    const entries: T[] = [];
    for (const [index, entry] of list.entries()) {
      const { data, error } = schema.safeParse(entry);
      if (error) {
        context.addIssue({ code: 'custom', path: [index] });
        return z.NEVER;
      }
      entries.push(data);
    }
    return entries;
  });
}
