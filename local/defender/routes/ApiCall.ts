import type { Behaviour } from '../Behaviour';
import type { Fleet } from '../fleet/Fleet';
import type { SeededRandom } from '../../SeededRandom';

/** What an authorised call is answered from. */
export interface ApiCall {
  readonly fleet: Fleet;
  readonly behaviour: Behaviour;
  /** For anything without a defined order. */
  readonly random: SeededRandom;
  /** Unix ms. */
  readonly now: number;
  /** Scheme and host as the client addressed them; starts every `@odata` link. */
  readonly base: string;
  readonly query: URLSearchParams;
}
