import type { Behaviour } from '../Behaviour';
import type { Fleet } from '../fleet/Fleet';

/** What an authorised call is answered from. */
export interface ApiCall {
  readonly fleet: Fleet;
  readonly behaviour: Behaviour;
  /** Unix ms. */
  readonly now: number;
  /** Scheme and host as the client addressed them; starts every `@odata` link. */
  readonly base: string;
  readonly query: URLSearchParams;
}
