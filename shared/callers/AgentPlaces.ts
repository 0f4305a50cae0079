import type { Clock } from '../clock/Clock';
import { HOUR_MS } from '../clock/durations';
import type { RequestStore } from '../requests/RequestStore';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import { AgentRow } from './AgentRow';
import type { AgentNote, AgentRowStore } from './AgentRowStore';
import { freeAt } from './AgentTickets';

export interface AgentPlacesOptions {
  readonly store: AgentRowStore;
  readonly requests: Pick<RequestStore, 'read'>;
  readonly clock: Clock;
  /** After which no lookup is answered any more, as when the process died that took it in. */
  readonly maxAgeMs: number;
}

/** Lookups of agents that the queue holds at once. */
export const MAX_OPEN = 200;
/** A lookup keeps its place so long at least: ended ones have spent of the same hour, which people share. */
const KEPT_MS = HOUR_MS;
/** How often this process looks whether old lookups have ended. */
const LOOK_EVERY_MS = 5_000;

/** The places in the queue for what agents leave waiting, those of all processes together. */
export class AgentPlaces {
  private readonly row: AgentRow;
  /** As this process last found them, and until when it relies on that. */
  private full = { free: 0, until: 0 };

  constructor(private readonly options: AgentPlacesOptions) {
    const { store, clock } = options;
    this.row = new AgentRow({ store, row: 'open', clock, full: MAX_OPEN });
  }

  /**
   * Takes places for lookups of a request: all, or none.
   * @returns null: taken; else when to ask again (Unix ms). @throws {StorageUnavailableError}
   */
  async takeIn(requestId: string, count: number): Promise<number | null> {
    const { clock } = this.options;
    const { free, until } = this.full;
    const now = clock.now();
    // Longer than an hour it is only by a clock that has been set back since.
    if (count > free && now < until && until <= now + KEPT_MS) return until;
    const taken = await this.row.change<{ readonly askAgainAt: number | null }>(
      async (notes, readAt) => {
        const open = await this.stillOpen(notes, readAt, count);
        const left = MAX_OPEN - sum(open);
        if (count <= left)
          return {
            notes: [...open, { at: readAt, count, requestId }],
            result: { askAgainAt: null },
          };
        const window = { limit: MAX_OPEN, spanMs: KEPT_MS };
        const askAgainAt = Math.max(readAt + LOOK_EVERY_MS, freeAt(open, readAt, window, count));
        this.full = { free: left, until: askAgainAt };
        return { notes: open.length < notes.length ? open : null, result: { askAgainAt } };
      },
    );
    return taken ? taken.askAgainAt : clock.now() + LOOK_EVERY_MS;
  }

  /** The request came to nothing, and may never end: its places are free in an hour. Never fails. */
  async abandon(requestId: string): Promise<void> {
    try {
      await this.row.change((notes) => ({
        notes: notes.map((note) =>
          note.requestId === requestId ? { ...note, requestId: null } : note,
        ),
        result: null,
      }));
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) throw error;
    }
  }

  /** Looks for ended lookups only if there is too little room, and only at those that have kept their places long enough. */
  private async stillOpen(
    notes: readonly AgentNote[],
    readAt: number,
    count: number,
  ): Promise<readonly AgentNote[]> {
    if (sum(notes) + count <= MAX_OPEN) return notes;
    const { requests, maxAgeMs } = this.options;
    const looked = await Promise.all(
      notes.map(async (note) => {
        if (note.at > readAt - KEPT_MS) return note;
        const { requestId } = note;
        const mayBeOpen = requestId !== null && note.at > readAt - maxAgeMs;
        const request = mayBeOpen ? await requests.read(requestId) : null;
        const left = request ? request.lookups.filter(({ doneAt }) => doneAt === null).length : 0;
        return { ...note, count: Math.min(note.count, left) };
      }),
    );
    return looked.filter((note) => note.count > 0);
  }
}

const sum = (notes: readonly AgentNote[]): number =>
  notes.reduce((total, { count }) => total + count, 0);
