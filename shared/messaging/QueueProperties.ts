/** What a queue was made with. Durations in milliseconds. */
export interface QueueProperties {
  /** Null: it detects no duplicates. */
  readonly duplicateWindowMs: number | null;
  readonly lockMs: number;
  /** `Infinity`: unlimited. */
  readonly timeToLiveMs: number;
  readonly deadLettersOnExpiry: boolean;
}
