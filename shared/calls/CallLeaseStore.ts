import type { EndpointId } from '../defender/endpointIds';
import type { Ticket } from '../quota/Quota';

/** A call as others may want it too. `key` is equal for equal calls of the endpoint, and for no others. */
export interface LeasedCall {
  readonly endpoint: EndpointId;
  readonly key: string;
}

/** Who makes a call, and with which ticket. */
export interface CallLease {
  /** MessageId of the work message that carries the ticket. */
  readonly owner: string;
  /** Null: not taken yet. */
  readonly ticket: Ticket | null;
  /** The ticket's slot when it was taken; without a ticket, when the claim was made (Unix ms). */
  readonly slotAt: number;
}

export interface StoredLease extends CallLease {
  readonly etag: string;
}

/** Claims of one tenant, at most one per call. All methods throw {StorageUnavailableError}. */
export interface CallLeaseStore {
  /** Null: there is one already. */
  insert(call: LeasedCall, claim: CallLease): Promise<StoredLease | null>;
  read(call: LeasedCall): Promise<StoredLease | null>;
  /** Null: it has changed since it was read. */
  replace(call: LeasedCall, claim: CallLease, etag: string): Promise<StoredLease | null>;
  /** Removes claims whose slot was before `at`, and returns how many. */
  removeBefore(at: number): Promise<number>;
}
