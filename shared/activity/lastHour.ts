import { HOUR_MS } from '../clock/durations';
import type { Part } from './Activity';
import { newestOf, type RecentLookup } from './RecentLookup';
import { addSlices, emptySlice, percentile, SLICE_MS, sliceStart } from './Slice';

/** What the app did in the last hour, all processes together. */
export interface LastHour {
  /** That had a record. */
  readonly processes: number;
  readonly records: number;
  /** Records by outcome; those with none are left out. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** From receipt to the first record of a lookup, to a tenth; null without records. */
  readonly waitMs: { readonly p50: number | null; readonly p95: number | null };
  /** Records of every five minutes, the oldest first; the last are not over. */
  readonly recordsPerFiveMinutes: readonly number[];
  readonly cache: { readonly asked: number; readonly hits: number };
  /** Calls that answered more than one question. */
  readonly batches: { readonly calls: number; readonly questions: number };
}

const SLICES = HOUR_MS / SLICE_MS;

/** `now` is Unix ms. The hour begins with a slice, up to five minutes late. */
export function lastHour(parts: readonly Part[], now: number): LastHour {
  const lastAt = sliceStart(now);
  const firstAt = lastAt - (SLICES - 1) * SLICE_MS;
  const within = parts.map(({ slices }) =>
    slices.filter(({ startAt }) => startAt >= firstAt && startAt <= lastAt),
  );
  const all = within.flat().reduce(addSlices, emptySlice(firstAt));
  const recordsAt = (startAt: number) =>
    within
      .flat()
      .filter((slice) => slice.startAt === startAt)
      .reduce((sum, { outcomes }) => sum + total(outcomes), 0);
  return {
    processes: within.filter((slices) => slices.length > 0).length,
    records: total(all.outcomes),
    outcomes: all.outcomes,
    waitMs: { p50: percentile(all.waits, 0.5), p95: percentile(all.waits, 0.95) },
    recordsPerFiveMinutes: Array.from({ length: SLICES }, (_, index) =>
      recordsAt(firstAt + index * SLICE_MS),
    ),
    cache: { asked: all.cacheAsked, hits: all.cacheHits },
    batches: { calls: all.batchCalls, questions: all.batchQuestions },
  };
}

/** The last records of all processes, the newest first. */
export function lastRecords(parts: readonly Part[]): readonly RecentLookup[] {
  return newestOf(parts.flatMap(({ recent }) => recent));
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, more) => sum + more, 0);
}
