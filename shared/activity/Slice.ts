import { z } from 'zod';
import { MINUTE_MS } from '../clock/durations';

const count = z.int().min(0);

/** What happened in five minutes, in one process or in several. */
export const sliceSchema = z.object({
  /** Unix ms. */
  startAt: count,
  /** Records by outcome. */
  outcomes: z.record(z.string(), count),
  /** First records by the time since receipt: {@link bucketOf} it. */
  waits: z.record(z.string(), count),
  cacheAsked: count,
  cacheHits: count,
  /** Calls that answered more than one question, and those questions. */
  batchCalls: count,
  batchQuestions: count,
});
export type Slice = Readonly<z.infer<typeof sliceSchema>>;

export const SLICE_MS = 5 * MINUTE_MS;
export const sliceStart = (at: number): number => Math.floor(at / SLICE_MS) * SLICE_MS;

export const emptySlice = (startAt: number): Slice => ({
  startAt,
  outcomes: {},
  waits: {},
  cacheAsked: 0,
  cacheHits: 0,
  batchCalls: 0,
  batchQuestions: 0,
});

export function addSlices(a: Slice, b: Slice): Slice {
  return {
    startAt: a.startAt,
    outcomes: addCounts(a.outcomes, b.outcomes),
    waits: addCounts(a.waits, b.waits),
    cacheAsked: a.cacheAsked + b.cacheAsked,
    cacheHits: a.cacheHits + b.cacheHits,
    batchCalls: a.batchCalls + b.batchCalls,
    batchQuestions: a.batchQuestions + b.batchQuestions,
  };
}

type Counts = Readonly<Record<string, number>>;

function addCounts(a: Counts, b: Counts): Counts {
  const sums = new Map(Object.entries(a));
  for (const [name, more] of Object.entries(b)) sums.set(name, (sums.get(name) ?? 0) + more);
  return Object.fromEntries(sums);
}

/** Waits below are none. */
const LEAST_WAIT_MS = 10;
/** A bucket's middle is at most a tenth off. */
const RATIO = 1.2;

/** The bucket of a wait, as a key. */
export function bucketOf(waitMs: number): string {
  if (waitMs < LEAST_WAIT_MS) return '0';
  return String(1 + Math.floor(Math.log(waitMs / LEAST_WAIT_MS) / Math.log(RATIO)));
}

/** The wait that `share` of all do not exceed, to a tenth; null: there are none. In ms. */
export function percentile(waits: Counts, share: number): number | null {
  const buckets = Object.entries(waits)
    .map(([bucket, records]) => ({ bucket: Number(bucket), records }))
    .toSorted((a, b) => a.bucket - b.bucket);
  const all = buckets.reduce((sum, { records }) => sum + records, 0);
  let seen = 0;
  for (const { bucket, records } of buckets) {
    seen += records;
    if (seen >= all * share) return middleOf(bucket);
  }
  return null;
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : Math.round(LEAST_WAIT_MS * RATIO ** (bucket - 0.5));
}
