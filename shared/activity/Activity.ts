import { HOUR_MS } from '../clock/durations';
import { RECENT, type RecentLookup } from './RecentLookup';
import { addSlices, bucketOf, emptySlice, sliceStart, type Slice } from './Slice';

/** Counted by others since the start of the process. */
export interface Counters {
  readonly cacheAsked: number;
  readonly cacheHits: number;
  readonly batchCalls: number;
  readonly batchQuestions: number;
}

/** What one process did in the last hour or a little more. */
export interface Part {
  readonly slices: readonly Slice[];
  /** The newest first. */
  readonly recent: readonly RecentLookup[];
}

const NONE: Counters = { cacheAsked: 0, cacheHits: 0, batchCalls: 0, batchQuestions: 0 };

/** What this process does, in slices of five minutes, and its last records. */
export class Activity {
  private slices: readonly Slice[] = [];
  private recent: readonly RecentLookup[] = [];
  private counted = NONE;
  private counters: () => Counters = () => NONE;
  private onAdded: () => void = () => undefined;

  /** Where the other counts are from, and who hears of each record. */
  connect(counters: () => Counters, onAdded: () => void): void {
    this.counters = counters;
    this.onAdded = onAdded;
  }

  add(lookup: RecentLookup): void {
    this.recent = [lookup, ...this.recent].slice(0, RECENT);
    const at = Date.parse(lookup.at);
    const now = this.counters();
    const before = this.counted;
    this.counted = now;
    const startAt = sliceStart(at);
    const known = this.slices.find((slice) => slice.startAt === startAt) ?? emptySlice(startAt);
    const added = addSlices(known, {
      startAt,
      outcomes: { [lookup.outcome]: 1 },
      // Later generations are asked again on purpose: in 15 minutes, or by a replay.
      waits: lookup.generation === 0 ? { [bucketOf(lookup.tookMs)]: 1 } : {},
      cacheAsked: now.cacheAsked - before.cacheAsked,
      cacheHits: now.cacheHits - before.cacheHits,
      batchCalls: now.batchCalls - before.batchCalls,
      batchQuestions: now.batchQuestions - before.batchQuestions,
    });
    const kept = this.slices.filter(
      (slice) => slice.startAt !== startAt && slice.startAt > startAt - HOUR_MS - 1,
    );
    this.slices = [...kept, added];
    this.onAdded();
  }

  part(): Part {
    return { slices: this.slices, recent: this.recent };
  }
}
