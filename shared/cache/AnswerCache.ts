import type { DefenderAnswer } from '../defender/DefenderAnswer';
import type { DefenderQuery } from '../defender/DefenderQuery';

export interface CachedAnswer {
  readonly answer: DefenderAnswer;
  /** When Defender gave it, Unix ms. */
  readonly fetchedAt: number;
}

/**
 * Answers already paid for. An economy, never the memory of a lookup: it may forget at any time, and trouble with it is
 * logged as `cacheTrouble` and looks like a miss. Neither method throws.
 */
export interface AnswerCache {
  /** The newest answer to `query` that is at most `maxAgeMs` old; 0 or less is always a miss. */
  get(query: DefenderQuery, maxAgeMs: number): Promise<CachedAnswer | null>;
  /** Keeps `answer` unless a newer one is kept already. */
  put(query: DefenderQuery, answer: DefenderAnswer, fetchedAt: number): Promise<void>;
}
