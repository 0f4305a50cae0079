import type { Clock } from '../clock/Clock';
import { MINUTE_MS } from '../clock/durations';
import type { AgentNote, AgentRowStore, StoredNotes } from './AgentRowStore';

export interface AgentRowOptions {
  readonly store: AgentRowStore;
  readonly row: string;
  readonly clock: Clock;
  /** What a row that cannot be understood stands for: as much as agents may have. */
  readonly full: number;
}

/** `notes` null: nothing is to be written. */
export interface Decision<T> {
  readonly notes: readonly AgentNote[] | null;
  readonly result: T;
}

const MAX_TRIES = 5;
/** More than the clocks of two processes ever differ. */
const CLOCKS_APART_MS = MINUTE_MS;

/** A row of what agents took, as this process changes it: one change after the other, by compare-and-swap. */
export class AgentRow {
  private tail: Promise<unknown> = Promise.resolve();
  /** As this process last wrote it. */
  private known: StoredNotes | null = null;

  constructor(private readonly options: AgentRowOptions) {}

  /**
   * `decide` is asked again with what another process wrote meanwhile. No instant that it gets lies ahead of now.
   * @returns null: others were faster every time, and nothing was written. @throws {StorageUnavailableError}
   */
  change<T>(
    decide: (notes: readonly AgentNote[], now: number) => Decision<T> | Promise<Decision<T>>,
  ): Promise<T | null> {
    const result = this.tail.then(() => this.attempt(decide));
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async attempt<T>(
    decide: (notes: readonly AgentNote[], now: number) => Decision<T> | Promise<Decision<T>>,
  ): Promise<T | null> {
    const { store, row, clock } = this.options;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const read = this.known ?? (await store.read(row));
      this.known = null;
      const now = clock.now();
      const { notes, isMended } = this.mended(read, now);
      const decided = await decide(notes, now);
      const next = decided.notes ?? (isMended ? notes : null);
      if (next === null) {
        this.known = read;
        return decided.result;
      }
      const etag = await store.write(row, next, read.etag);
      if (etag !== null) {
        this.known = { notes: next, etag };
        return decided.result;
      }
    }
    return null;
  }

  /** What was written by a clock that ran ahead would never be over, and what cannot be read may be all there is. */
  private mended(
    { notes }: StoredNotes,
    now: number,
  ): { readonly notes: readonly AgentNote[]; readonly isMended: boolean } {
    if (notes === null) {
      return { notes: [{ at: now, count: this.options.full, requestId: null }], isMended: true };
    }
    return {
      notes: notes.map((note) => ({ ...note, at: Math.min(note.at, now) })),
      isMended: notes.some(({ at }) => at > now + CLOCKS_APART_MS),
    };
  }
}
