import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import type { DescribedRoute } from '../../shared/openapi/DescribedRoute';
import type { Values } from '../auth/addressOf';

/** A route and what it does. */
export interface Route<Query = unknown, Body = unknown> extends DescribedRoute {
  readonly query: z.ZodType<Query>;
  readonly json: z.ZodType<Body> | null;
  readonly handler: (request: RouteRequest<Query, Body>) => Promise<RouteAnswer>;
}

/** A request that passed every check of its route. */
export interface RouteRequest<Query, Body> {
  /** Values of the path's parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly json: Body;
  readonly headers: Values;
  /** The body as it came; empty if there is none. */
  readonly bytes: Buffer;
  /** The calling application's id, in lower case; null where `HTTP_AUTH` does not ask for a token. */
  readonly appId: string | null;
  /** Echoed or made. */
  readonly correlationId: string;
  /** Unix ms. */
  readonly receivedAt: number;
  /** What absolute addresses of this app start with, without a slash at the end. @throws {HttpProblem} 400. */
  readonly baseUrl: () => string;
}

export interface RouteAnswer {
  readonly status: number;
  /** An object is written as JSON; a text goes out as it is, with a content type among `headers`. */
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What of a route decides who may call it, and on whose account. */
export type AuthorizedRoute = Pick<
  DescribedRoute,
  'callerKind' | 'tokenGuidePath' | 'admitsUsers'
> & {
  readonly auth: 'caller' | 'capability';
};

/**
 * Does the work of a route for a caller that may pass, whose Defender calls then count as this caller's.
 * `work` gets the caller's application id, null without a token.
 * @throws {HttpProblem} 401, 403, or 429 for a caller over budget; 503 when tokens cannot be checked; what `work` throws.
 */
export type Authorize = <T>(
  request: HttpRequest,
  route: AuthorizedRoute,
  work: (appId: string | null) => Promise<T>,
) => Promise<T>;
