import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type {
  Claim,
  EndedLookup,
  RequestHead,
  RequestRef,
  RequestState,
  WaitingLookup,
} from './RequestState';

/** What is remembered of queue requests. Doing a thing twice changes nothing. */
export interface RequestLedger {
  /** What intake knows of a request that continues later. @throws {StorageUnavailableError} */
  open(
    head: RequestHead,
    waiting: readonly WaitingLookup[],
    records: readonly EnrichmentRecord[],
  ): Promise<void>;
  /** A request that was over with its first delivery: one row. False: it was known before. @throws {StorageUnavailableError} */
  addFinished(head: RequestHead, claim: Claim, ended: readonly EndedLookup[]): Promise<boolean>;
  /** The first record with an id stays. @throws {StorageUnavailableError} */
  addRecord(record: EnrichmentRecord): Promise<void>;
  /** @throws {StorageUnavailableError} */
  noteWaiting(ref: RequestRef, waiting: WaitingLookup): Promise<void>;
  /** Null: nothing is known. @throws {StorageUnavailableError} */
  read(ref: RequestRef): Promise<RequestState | null>;
  /** Those of the ids that are known. @throws {StorageUnavailableError} */
  readRecords(ref: RequestRef, ids: readonly string[]): Promise<readonly EnrichmentRecord[]>;
  /**
   * Makes `claim` the newest; resolves to the next ETag, or to null if another process has changed the request since it was
   * read. @throws {StorageUnavailableError}
   */
  claim(head: RequestHead, claim: Claim, etag: string | null): Promise<string | null>;
  /** Requests that are not over although the last slot of their lookups is past (Unix ms). @throws {StorageUnavailableError} */
  overdue(now: number, max: number): Promise<readonly RequestRef[]>;
  /** When to look at the request again unless it is over by then (Unix ms). @throws {StorageUnavailableError} */
  lookAgainAt(ref: RequestRef, at: number): Promise<void>;
}
