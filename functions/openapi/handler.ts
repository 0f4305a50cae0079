import { z } from 'zod';
import type * as OpenApi from '../../shared/openapi/buildOpenApi';
import type { DescribedRoute } from '../../shared/openapi/DescribedRoute';
import type { Json } from '../../shared/openapi/schemas';
import { toOpenApi30 } from '../../shared/openapi/toOpenApi30';
import type { Route } from '../http/Route';

/** Schemas and examples of all routes: loaded with the first request for them, not at every start. */
const load = () => require('../../shared/openapi/buildOpenApi') as typeof OpenApi; // itself

const query = z.strictObject({
  version: z
    .enum(['3.1', '3.0'])
    .optional()
    .meta({ description: 'Of OpenAPI, 3.1 if not given; 3.0 answers 3.0.1', example: '3.0' }),
});

/** The description of all routes registered by the time of the first request. */
export function createOpenApiRoute(
  routes: readonly DescribedRoute[],
): Route<z.output<typeof query>> {
  const built: { '3.1'?: Json; '3.0'?: Json } = {};
  return {
    name: 'openapi',
    path: 'openapi.json',
    method: 'GET',
    auth: 'anonymous',
    json: null,
    query,
    handler: ({ query: { version = '3.1' } }) => {
      const newest = (built['3.1'] ??= load().buildOpenApi(routes));
      const body = version === '3.1' ? newest : (built['3.0'] ??= toOpenApi30(newest));
      return Promise.resolve({ status: 200, body });
    },
  };
}
