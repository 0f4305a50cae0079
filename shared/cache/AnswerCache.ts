import type { DefenderAnswer } from '../defender/DefenderAnswer';
import type { DefenderQuery } from '../defender/DefenderQuery';

export interface CachedAnswer {
  readonly answer: DefenderAnswer;
  /** When Defender gave it, Unix ms. */
  readonly fetchedAt: number;
}

/**
 * Answers already paid for. An economy, never the memory of a lookup: it may forget at any time, and trouble with it
 * is logged as `cacheTrouble` and looks like a miss. Neither method throws.
 */
export interface AnswerCache {
  /** An answer to `query` that `isFresh` accepts, from the nearest place that has one. */
  get(
    query: DefenderQuery,
    isFresh: (cached: CachedAnswer) => boolean,
  ): Promise<CachedAnswer | null>;
  /** Keeps `answer` in place of the one before. `fetchedAt` is Unix ms. */
  put(query: DefenderQuery, answer: DefenderAnswer, fetchedAt: number): Promise<void>;
}
