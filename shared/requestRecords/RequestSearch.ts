import type { CancelledBy } from '../lookups/Cancellations';
import type { RequestRef } from './RequestState';

/** What a request is asked for by. */
export type RequestQuery =
  | { readonly event: string }
  | { readonly request: string }
  | { readonly lookup: string };

export interface RequestSearch {
  /** The newest requests first, `max` at most, of those whose rows are kept. @throws {StorageUnavailableError} */
  find(query: RequestQuery, max: number): Promise<readonly RequestRef[]>;
  /** Requests that are not over, as far as is known. @throws {StorageUnavailableError} */
  findOpen(by: CancelledBy): Promise<readonly RequestRef[]>;
}
