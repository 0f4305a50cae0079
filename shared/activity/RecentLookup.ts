import { z } from 'zod';
import { OUTCOMES } from '../records/EnrichmentRecord';

const count = z.int().min(0);

/** A lookup that ended, for operators: what of its record fits a line. */
export const recentLookupSchema = z.strictObject({
  at: z.iso.datetime(),
  lookupId: z.string(),
  generation: count,
  channel: z.enum(['queue', 'http']),
  kind: z.string(),
  value: z.string().describe('Beginning and end of a long one'),
  outcome: z.enum(OUTCOMES),
  reasonCode: z.string().nullable(),
  match: z.enum(['none', 'one', 'many']),
  machineCount: count,
  tookMs: count.describe('From receipt'),
});
export type RecentLookup = Readonly<z.infer<typeof recentLookupSchema>>;

export const RECENT = 20;

/** The last of all, the newest first. */
export function newestOf(lookups: readonly RecentLookup[]): readonly RecentLookup[] {
  return lookups.toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, RECENT);
}
