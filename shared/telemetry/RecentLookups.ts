import type { lookupEnded } from './events';

/** A lookup that ended, as the log has it. */
export type RecentLookup = Parameters<typeof lookupEnded>[1] & {
  /** ISO 8601. */
  readonly at: string;
};

const KEEP = 20;

/** The last lookups that ended in this process, the newest first. */
export class RecentLookups {
  private recent: readonly RecentLookup[] = [];

  add(lookup: RecentLookup): void {
    this.recent = [lookup, ...this.recent].slice(0, KEEP);
  }

  list(): readonly RecentLookup[] {
    return this.recent;
  }
}
