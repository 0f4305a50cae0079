import { z } from 'zod';
import type * as OpenApi from '../../shared/openapi/buildOpenApi';
import type { DescribedRoute } from '../../shared/openapi/DescribedRoute';
import type { Route } from '../http/Route';

/** Schemas and examples of all routes: loaded with the first request for them, not at every start. */
const load = () => require('../../shared/openapi/buildOpenApi') as typeof OpenApi; // itself

/** The description of all routes registered by the time of the request. */
export function createOpenApiRoute(
  routes: readonly DescribedRoute[],
): Route<Record<string, never>> {
  let built: object | null = null;
  return {
    name: 'openapi',
    path: 'openapi.json',
    method: 'GET',
    auth: 'anonymous',
    json: null,
    query: z.strictObject({}),
    handler: () => Promise.resolve({ status: 200, body: (built ??= load().buildOpenApi(routes)) }),
  };
}
