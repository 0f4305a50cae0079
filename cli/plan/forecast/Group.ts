import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { EndpointId } from '../../../shared/defender/endpointIds';

/** A lookup at one of its calls. */
export interface Ask {
  /** Of the lookup. */
  readonly index: number;
  /** Of the call among those of the lookup. */
  readonly call: number;
  /** Whether it is at what is asked after the batch of that call. */
  readonly isAfter: boolean;
}

/** Those whom one call will answer, and who wait for its slot. */
export interface Group {
  readonly endpoint: EndpointId;
  readonly members: Ask[];
  readonly queries: DefenderQuery[];
  readonly isBatch: boolean;
}

export const newGroup = (endpoint: EndpointId, isBatch: boolean): Group => ({
  endpoint,
  members: [],
  queries: [],
  isBatch,
});
