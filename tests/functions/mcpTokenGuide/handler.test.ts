import type { AppConfig } from '../../../shared/config/AppConfig';
import { createMcpTokenGuideRoute } from '../../../functions/mcpTokenGuide/handler';
import { callRoute } from '../http/callRoute';

const TENANT = '11111111-2222-4333-8444-555555555555';
const entra = {
  tenantId: TENANT,
  audience: 'api://enricher',
  allowedAppIds: [],
  requiredRole: 'Enrichment.Read',
};

const ask = (http: AppConfig['http']) =>
  callRoute(
    createMcpTokenGuideRoute({
      config: { http, defender: { authorityHost: 'https://login.microsoftonline.us' } },
    }),
    'mcp/oauth-protected-resource',
    { method: 'GET' },
  );

describe('GET /api/mcp/oauth-protected-resource', () => {
  it('names the resource by the address that agents call, and the tenant that issues tokens for it', async () => {
    const { status, body } = await ask({ auth: 'entra', entra });

    expect(status).toBe(200);
    expect(body).toEqual({
      resource: 'https://app.example/api/mcp',
      resource_name: 'Device enrichment for agents',
      authorization_servers: [`https://login.microsoftonline.us/${TENANT}/v2.0`],
      scopes_supported: ['api://enricher/.default'],
      bearer_methods_supported: ['header'],
    });
  });

  it('answers 404 where a function key is asked for', async () => {
    const { status, body } = await ask({ auth: 'functionKey', entra: null });

    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'auth.noTokens' });
  });
});
