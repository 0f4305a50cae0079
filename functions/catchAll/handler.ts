import { z } from 'zod';
import { HttpProblem } from '../http/HttpProblem';
import type { Route } from '../http/Route';

/** Answers what no other route does, whatever its method. */
export const catchAllRoute: Route = {
  name: 'catchAll',
  path: '{*path}',
  method: 'any',
  auth: 'anonymous',
  query: z.looseObject({}),
  json: null,
  handler: () => {
    const detail = 'No route has this address. GET /api/openapi.json lists the routes.';
    return Promise.reject(new HttpProblem({ status: 404, code: 'request.unknownRoute', detail }));
  },
};
