import type { Route, RouteAnswer } from '../../http/Route';
import type { ToolRequest } from '../Tool';

interface Asked<Query> {
  readonly query: Query;
  readonly params?: Readonly<Record<string, string>>;
}

/** What a route that takes no body answers to the caller of a tool. @throws {HttpProblem} */
export function askRoute<Query>(
  route: Pick<Route<Query, undefined>, 'handler'>,
  request: ToolRequest,
  { query, params = {} }: Asked<Query>,
): Promise<RouteAnswer> {
  return route.handler({ ...request, params, query, json: undefined, bytes: Buffer.alloc(0) });
}
