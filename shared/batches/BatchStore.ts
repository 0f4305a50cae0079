import type { DefenderQuery } from '../defender/DefenderQuery';
import type { BulkFlow, Ticket } from '../quota/Quota';
import type { ListId } from './batchQuery';

/** Of one list, for questions of one flow. */
export interface BatchQueue {
  readonly list: ListId;
  readonly flow: BulkFlow;
}

/** Questions of any process that wait for one call. */
export interface Batch {
  /** Its holder makes the call. */
  readonly ticket: Ticket;
  /** The ticket's slot when it was taken (Unix ms). */
  readonly slotAt: number;
  readonly members: readonly DefenderQuery[];
  /** Its call is being made: joining is closed. */
  readonly isClosed: boolean;
  /** Keys of the questions that its call has not answered. */
  readonly left: readonly string[];
  /** Where the others wait for what they need next; null: nowhere, or not yet. */
  readonly next: NextBatch | null;
}

/** The batch that members of another go on waiting in. */
export interface NextBatch {
  readonly id: string;
  /** When its answers are there (Unix ms). */
  readonly resumeAt: number;
}

export interface StoredBatch extends Batch {
  /** Unique among all queues. */
  readonly id: string;
  readonly etag: string;
}

/** Batches of one tenant. All methods throw {StorageUnavailableError}. */
export interface BatchStore {
  /** @param id from `batchIdOf` */
  insert(id: string, batch: Batch): Promise<StoredBatch>;
  /** Those whose ids were made last, the newest first, at most `count`: one page. */
  newest(queue: BatchQueue, count: number): Promise<readonly StoredBatch[]>;
  read(id: string): Promise<StoredBatch | null>;
  /** Null: it has changed since it was read. */
  replace(known: StoredBatch, batch: Batch): Promise<StoredBatch | null>;
  /** Removes batches whose slot was before `at`, and returns how many. */
  removeBefore(at: number): Promise<number>;
}
