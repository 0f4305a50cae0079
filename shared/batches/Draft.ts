import type { DefenderQuery } from '../defender/DefenderQuery';
import type { BatchLimits } from '../quota/calendar/lessons';
import type { Ticket } from '../quota/Quota';
import type { ListId } from './batchQuery';
import type { Batch } from './BatchStore';
import { seats, type Party } from './seats';

/** A batch that has its ticket and is not written yet: only questions of this process join it, without any request. */
export class Draft {
  /** Resolves when there is someone for whom there is no room. */
  readonly filled: Promise<void>;
  private isFilled = (): void => undefined;

  constructor(
    readonly id: string,
    readonly ticket: Ticket,
    /** Unix ms. */
    readonly slotAt: number,
    private queries: readonly DefenderQuery[],
  ) {
    this.filled = new Promise((resolve) => {
      this.isFilled = resolve;
    });
  }

  /** @returns those who are in. */
  admit(list: ListId, waiting: readonly Party[], limits: BatchLimits): readonly Party[] {
    const { parties, queries } = seats(list, this.queries, waiting, limits);
    this.queries = queries;
    if (parties.length < waiting.length || queries.length >= limits.questions) this.isFilled();
    return parties;
  }

  toBatch(): Batch {
    const { ticket, slotAt, queries: members } = this;
    return { ticket, slotAt, members, isClosed: false, left: [], next: null };
  }
}
