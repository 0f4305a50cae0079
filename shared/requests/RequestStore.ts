import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { Ignored, LookupHead } from '../lookups/Lookup';
import type { RequestResults } from '../lookups/RequestResults';
import type { LeftOut } from '../records/requestFields';

/** A lookup of an asynchronous request, as its state remembers it. Instants are Unix ms. */
export interface StoredLookup {
  readonly lookupId: string;
  readonly position: number;
  /** As the record will show it. */
  readonly indicator: EnrichmentRecord['indicator'];
  /** No answer before this. */
  readonly notBefore: number;
  /** Null while there is no record. */
  readonly doneAt: number | null;
}

export interface StoredRequest {
  readonly requestId: string;
  readonly receivedAt: number;
  readonly lookups: readonly StoredLookup[];
  readonly ignored: readonly Ignored[];
  readonly leftOut: readonly LeftOut[];
}

/** State of asynchronous HTTP requests, under the request id, which is a hash of the poll id. */
export interface RequestStore extends RequestResults {
  /** Opens the request's state. @throws {StorageUnavailableError} */
  open(request: Omit<StoredRequest, 'lookups'>, lookups: readonly LookupHead[]): Promise<void>;
  /** Null for a request that is not known (any more). @throws {StorageUnavailableError} */
  read(requestId: string): Promise<StoredRequest | null>;
  /** The record of a lookup that is done. @throws {StorageUnavailableError} also if it is gone. */
  readRecord(requestId: string, lookupId: string): Promise<EnrichmentRecord>;
  /** Removes the requests of the days that were over before `at`; returns the number of days. @throws {StorageUnavailableError} */
  removeBefore(at: number): Promise<number>;
}
