import { z } from 'zod';
import { buildOpenApi } from '../../shared/openapi/buildOpenApi';
import type { DescribedRoute } from '../../shared/openapi/DescribedRoute';
import type { Route } from '../http/Route';

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
    handler: () => Promise.resolve({ status: 200, body: (built ??= buildOpenApi(routes)) }),
  };
}
