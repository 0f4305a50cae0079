import type { ListId } from '../../../shared/batches/batchQuery';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { Lookup } from '../../../shared/lookups/Lookup';
import type { Progress } from '../../../shared/calls/Progress';
import type { BulkFlow, Ticket } from '../../../shared/quota/Quota';

/** A lookup that waits, or would be sent. Instants are Unix ms. */
export interface WaitingLookup {
  readonly lookup: Lookup;
  /** The answers that it has so far. */
  readonly progress: Progress;
  /** Whether it has yet to be taken in: then it may be refused for its age. */
  readonly isNew: boolean;
  /** When it asks next. */
  readonly asksAt: number;
  /** Its place in a calendar. */
  readonly ticket: Ticket | null;
  /** The batch that it waits in, or whose ticket it holds. */
  readonly batch: string | null;
}

/** One call of a lookup. */
export interface PlannedCall {
  readonly query: DefenderQuery;
  /** Equal for equal calls, counted from 0; null: another lookup's answer to the same call will not do. */
  readonly shared: number | null;
  /** The list that can answer it together with others; null: it is asked alone. */
  readonly list: ListId | null;
  /** What is asked when the list has answered, and not if it was asked alone; null: nothing. */
  readonly afterBatch: PlannedCall | null;
}

/** A lookup with the calls that it takes, if Defender answers as is assumed. */
export interface PlannedLookup extends Pick<
  WaitingLookup,
  'isNew' | 'asksAt' | 'ticket' | 'batch'
> {
  readonly calls: readonly PlannedCall[];
  /** Those of the first call's endpoint that it would take if nothing were found, by which a new one is admitted. */
  readonly callsLeft: number;
  /** The flow that it waits in as long as it is new. */
  readonly flow: BulkFlow;
  readonly expiresAt: number;
}
