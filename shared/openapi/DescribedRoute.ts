import type { z } from 'zod';
import type { CallerKind } from '../callers/Caller';

/** One route as data: what is registered and checked, and what the API description reads. */
export interface DescribedRoute {
  /** Name of the function. */
  readonly name: string;
  /** Below `/api/`, such as `ips/{ip}/machines`. */
  readonly path: string;
  /** Every other method is answered with 405; `any` is the catch-all's. */
  readonly method: 'GET' | 'POST' | 'any';
  /**
   * `caller`: needs whatever `HTTP_AUTH` asks for, and counts against the caller's budget. `capability`: the address
   * itself is the secret; counts against the budget of where the request comes from.
   */
  readonly auth: 'caller' | 'capability' | 'anonymous';
  /** With `HTTP_AUTH=entra`: also for signed-in users who have the app role, as at the dashboard. Default: false. */
  readonly admitsUsers?: boolean;
  /** Whose calls of Defender its are. Default `regular`. */
  readonly callerKind?: CallerKind;
  /**
   * With `HTTP_AUTH=entra`: below `/api/`, what the refusal of a request without a token names, so that clients find out
   * where to get one (RFC 9728).
   */
  readonly tokenGuidePath?: string;
  /** A strict object over the query's text values: what it does not know is refused by name. */
  readonly query: z.ZodType;
  /** Of the body as JSON; null: the body is not read as JSON. */
  readonly json: z.ZodType | null;
}
