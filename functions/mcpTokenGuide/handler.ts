import { z } from 'zod';
import type { AppConfig } from '../../shared/config/AppConfig';
import { HttpProblem } from '../http/HttpProblem';
import type { Route } from '../http/Route';

/** Below `/api/`, as nothing can be served outside it. */
export const TOKEN_GUIDE_PATH = 'mcp/oauth-protected-resource';

/** `GET /api/mcp/oauth-protected-resource`: where agents get a token for `/api/mcp` (RFC 9728). */
export function createMcpTokenGuideRoute({
  config: { http, defender },
}: {
  readonly config: {
    readonly http: AppConfig['http'];
    readonly defender: Pick<AppConfig['defender'], 'authorityHost'>;
  };
}): Route<Record<string, never>> {
  return {
    name: 'mcpTokenGuide',
    path: TOKEN_GUIDE_PATH,
    method: 'GET',
    auth: 'anonymous',
    json: null,
    query: z.strictObject({}),
    handler: ({ baseUrl }) => {
      const { entra } = http;
      if (entra === null) {
        const detail =
          'This app asks for no tokens: send a function key in the header x-functions-key.';
        return Promise.reject(new HttpProblem({ status: 404, code: 'auth.noTokens', detail }));
      }
      const body = {
        resource: `${baseUrl()}/api/mcp`,
        resource_name: 'Device enrichment for agents',
        authorization_servers: [`${defender.authorityHost}/${entra.tenantId}/v2.0`],
        scopes_supported: [`${entra.audience}/.default`],
        bearer_methods_supported: ['header'],
      };
      return Promise.resolve({ status: 200, body });
    },
  };
}
