import type { TokenState } from './TokenState';

/** Where the bearer token for Defender comes from. */
export interface TokenSource {
  /**
   * A token that is good for a while yet. Concurrent callers share one request.
   * @throws {TokenUnavailableError} none could be obtained.
   * @throws the signal's reason when aborted.
   */
  get(signal?: AbortSignal): Promise<string>;
  /**
   * What may take a while, before a call's time comes: has a token at hand, a fresh one if the last is doubted, for which
   * the issuer is asked at most once a minute. @throws as `get`.
   */
  prepare(signal?: AbortSignal): Promise<void>;
  /** Defender refused `token`: never hand it out again, and get past every cache for the next one. */
  invalidate(token: string): void;
  /** Defender refused what `token` was to do: a right may have been granted since. It serves until there is another. */
  doubt(token: string): void;
  /** The token at hand; null before the first, and after one that was refused. */
  current(): TokenState | null;
}
