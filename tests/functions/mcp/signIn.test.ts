import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  HttpRequest,
  InvocationContext,
  type HttpHandler,
  type HttpMethod,
  type HttpResponseInit,
} from '@azure/functions';
import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { createAuthorize } from '../../../functions/auth/createAuthorize';
import { createTokenCheck } from '../../../functions/auth/createTokenCheck';
import { createRouteHandler } from '../../../functions/http/createRouteHandler';
import type { Route } from '../../../functions/http/Route';
import { createMcpRoute } from '../../../functions/mcp/handler';
import { createMcpTokenGuideRoute } from '../../../functions/mcpTokenGuide/handler';
import type { CallerKind } from '../../../shared/callers/Caller';
import { APP, AUDIENCE, NOW, SigningKey, TENANT, V2 } from '../auth/tenantTokens';
import { mcpContext } from './mcpContext';

const clock = { now: () => NOW, sleep: () => Promise.resolve() };
const key = new SigningKey('k1');

/** The app's two addresses for agents, and the token endpoint of a tenant: all that a client has to find by itself. */
describe('An agent that has to sign in', () => {
  let server: Server;
  let origin: string;
  const callers: CallerKind[] = [];
  const tokenRequests: URLSearchParams[] = [];
  beforeAll(async () => {
    const { createLocalJWKSet } = await import('jose');
    server = createServer((request, response) => {
      void answer(request).then(({ status, headers, body }) => {
        response.writeHead(status ?? 200, headers as Record<string, string>).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has an AddressInfo
    const entra = { tenantId: TENANT, audience: AUDIENCE, allowedAppIds: [APP] };
    const http = { auth: 'entra', entra: { ...entra, requiredRole: 'Enrichment.Read' } } as const;
    const checkToken = createTokenCheck({
      entra: http.entra,
      authorityHost: 'https://login.microsoftonline.com',
      keys: createLocalJWKSet({ keys: [key.published] }),
      clock,
    });
    const authorize = createAuthorize({
      config: { http, publicBaseUrl: null },
      checkToken,
      fairShare: {
        runAs: ({ kind }, work) => {
          callers.push(kind);
          return work();
        },
      },
      clock,
    });
    const context = mcpContext();
    const handlerOf = <Query, Body>(route: Route<Query, Body>): HttpHandler =>
      createRouteHandler(route, { authorize, baseUrl: null, clock, logger: context.logger });
    handlers = {
      '/api/mcp': handlerOf(createMcpRoute(context)),
      '/api/mcp/oauth-protected-resource': handlerOf(
        createMcpTokenGuideRoute({ config: { http, defender: { authorityHost: origin } } }),
      ),
    };
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  let handlers: Readonly<Record<string, HttpHandler>> = {};

  async function answer(request: IncomingMessage): Promise<HttpResponseInit> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { pathname } = new URL(request.url ?? '', origin);
    const body = Buffer.concat(chunks);
    const handle = handlers[pathname];
    if (!handle) return answerAsEntra(pathname, body.toString());
    const asked = new HttpRequest({
      method: request.method as HttpMethod, // clients of the protocol use no others
      url: `${origin}${pathname}`,
      headers: request.headers as Record<string, string>, // none comes twice
      ...(body.length > 0 && { body: { bytes: body } }),
    });
    return handle(asked, new InvocationContext());
  }

  async function answerAsEntra(path: string, body: string): Promise<HttpResponseInit> {
    const headers = { 'content-type': 'application/json' };
    const tenant = `${origin}/${TENANT}`;
    if (path === `/${TENANT}/v2.0/.well-known/openid-configuration`) {
      const metadata = {
        issuer: `${tenant}/v2.0`,
        authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${tenant}/oauth2/v2.0/token`,
        jwks_uri: `${tenant}/discovery/v2.0/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256'],
        token_endpoint_auth_methods_supported: ['client_secret_post'],
      };
      return { headers, body: JSON.stringify(metadata) };
    }
    if (path !== `/${TENANT}/oauth2/v2.0/token`) return { status: 404 };
    tokenRequests.push(new URLSearchParams(body));
    const token = (await key.bearer(V2)).replace('Bearer ', '');
    const granted = { access_token: token, token_type: 'Bearer', expires_in: 3600 };
    return { headers, body: JSON.stringify(granted) };
  }

  it('finds out from the refusal where to get a token, gets one, and calls a tool as an agent', async () => {
    const client = new Client({ name: 'test', version: '1' });
    const authProvider = new ClientCredentialsProvider({
      clientId: APP,
      clientSecret: 'secret',
      scope: `${AUDIENCE}/.default`,
      expectedIssuer: `${origin}/${TENANT}/v2.0`,
    });
    const url = new URL(`${origin}/api/mcp`);
    await client.connect(new StreamableHTTPClientTransport(url, { authProvider }));

    const { structuredContent } = await client.callTool({ name: 'quota_status', arguments: {} });

    expect(structuredContent).toMatchObject({ quotaScope: 'endpoint' });
    const [form, ...more] = tokenRequests;
    expect(more).toEqual([]);
    expect(Object.fromEntries(form ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      scope: `${AUDIENCE}/.default`,
      resource: url.href,
    });
    expect(new Set(callers)).toEqual(new Set(['agent']));
    await client.close();
  });

  it('is refused without a token, and told where to get one', async () => {
    const response = await fetch(`${origin}/api/mcp`, { method: 'POST', body: '{}' });

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${origin}/api/mcp/oauth-protected-resource"`,
    );
    expect(await response.json()).toMatchObject({ code: 'auth.tokenRefused' });
  });
});
