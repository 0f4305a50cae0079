/** Where the bearer token for Defender comes from. */
export interface TokenSource {
  /**
   * A token that is good for a while yet. Concurrent callers share one request.
   * @throws {TokenUnavailableError} none could be had.
   * @throws the signal's reason when aborted.
   */
  get(signal?: AbortSignal): Promise<string>;
  /** Defender refused `token`: never hand it out again, and get past every cache for the next one. */
  invalidate(token: string): void;
}
