import { readFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import https, { type RequestOptions, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DefenderConfig } from '../../../shared/config/AppConfig';
import { createFetchToken } from '../../../shared/identity/createFetchToken';
import { startTestServer, type TestServer } from '../http/startTestServer';

const certificatePath = join(__dirname, 'localhost.pem');
const tenantId = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const clientId = '11111111-2222-4333-8444-555555555555';
const tokenScope = 'https://api.securitycenter.microsoft.com/.default';
const expiresOn = Math.floor(Date.now() / 1000) + 86_400;
const notAborted = new AbortController().signal;

/** The overload of `https.request` that the library uses. */
type RequestWithOptions = (
  options: RequestOptions,
  onResponse: (response: IncomingMessage) => void,
) => ClientRequest;

let identity: TestServer;
let entra: Server;
let authorityHost: string;
let posted: URLSearchParams[] = [];
const environment = { ...process.env };

/** As Entra: metadata of the tenant, and a token for every post. */
async function answerAsEntra(request: IncomingMessage): Promise<object> {
  const tenant = `${authorityHost}/${tenantId}`;
  if (request.method === 'POST') {
    posted.push(new URLSearchParams(await text(request)));
    return { token_type: 'Bearer', expires_in: 3599, access_token: `entra-${posted.length}` };
  }
  return {
    issuer: `${tenant}/v2.0`,
    authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${tenant}/discovery/v2.0/keys`,
  };
}

beforeAll(async () => {
  identity = await startTestServer((request, response) => {
    const count = identity.requests.length;
    const resource = new URL(request.url ?? '', identity.origin).searchParams.get('resource');
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        access_token: `identity-${count}`,
        expires_on: String(expiresOn),
        resource,
        token_type: 'Bearer',
      }),
    );
  });
  process.env['IDENTITY_ENDPOINT'] = `${identity.origin}/msi/token`;
  process.env['IDENTITY_HEADER'] = 'identity-header';

  const pem = readFileSync(certificatePath, 'utf8');
  entra = https.createServer({ key: pem, cert: pem }, (request, response) => {
    void answerAsEntra(request).then((body) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => entra.listen(0, '127.0.0.1', resolve));
  authorityHost = `https://localhost:${(entra.address() as AddressInfo).port}`; // listening on TCP
  // The library makes agents of its own, so its requests are where the test's certificate can be trusted.
  const request = https.request.bind(https) as RequestWithOptions;
  const trusting: RequestWithOptions = (options, onResponse) =>
    request({ ...options, ca: pem.slice(pem.indexOf('-----BEGIN CERTIFICATE')) }, onResponse);
  jest.spyOn(https, 'request').mockImplementation(trusting as typeof https.request);
});

beforeEach(() => {
  posted = [];
});

afterAll(async () => {
  process.env = environment;
  jest.restoreAllMocks();
  entra.closeAllConnections();
  await new Promise((resolve) => entra.close(resolve));
  await identity.close();
});

function fetchWith(auth: Partial<DefenderConfig['auth']>, clientSecret: string | null = null) {
  const defender = {
    tenantId,
    authorityHost,
    tokenScope,
    auth: {
      mode: 'managedIdentity',
      clientId: null,
      identityClientId: null,
      certificatePath: null,
      ...auth,
    } as const,
  };
  return createFetchToken({ defender, clientSecret });
}

const lastIdentityRequest = () => {
  const request = identity.requests.at(-1);
  const url = new URL(request?.url ?? '', identity.origin);
  return {
    path: url.pathname,
    header: request?.headers['x-identity-header'],
    query: Object.fromEntries(url.searchParams),
  };
};

describe('createFetchToken() for managedIdentity', () => {
  it("asks the platform's identity endpoint for Defender's resource", async () => {
    const fetchToken = fetchWith({});

    const { token, expiresAt } = await fetchToken(notAborted);

    expect(token).toBe(`identity-${identity.requests.length}`);
    // The library counts whole seconds from now.
    expect(Math.abs(expiresAt - expiresOn * 1000)).toBeLessThanOrEqual(1_000);
    expect(lastIdentityRequest()).toEqual({
      path: '/msi/token',
      header: 'identity-header',
      query: {
        'api-version': '2019-08-01',
        resource: 'https://api.securitycenter.microsoft.com',
      },
    });
  });

  it('names a user-assigned identity by its client id', async () => {
    await fetchWith({ clientId })(notAborted);

    expect(lastIdentityRequest().query).toMatchObject({ client_id: clientId });
  });

  it('gets past every cache, each time', async () => {
    const fetchToken = fetchWith({});

    const first = await fetchToken(notAborted);
    const second = await fetchToken(notAborted);

    expect(second.token).not.toBe(first.token);
  });
});

describe('createFetchToken() for an app registration', () => {
  it('sends the secret with mode clientSecret, anew each time', async () => {
    const fetchToken = fetchWith({ mode: 'clientSecret', clientId }, 'the-secret');

    const first = await fetchToken(notAborted);
    const second = await fetchToken(notAborted);

    expect([first.token, second.token]).toEqual(['entra-1', 'entra-2']);
    expect(first.expiresAt - Date.now()).toBeGreaterThan(3_000_000);
    expect(Object.fromEntries(posted[0] ?? [])).toMatchObject({
      client_id: clientId,
      client_secret: 'the-secret',
      grant_type: 'client_credentials',
      scope: expect.stringContaining(tokenScope) as string,
    });
  });

  it('signs an assertion with mode clientCertificate', async () => {
    const { token } = await fetchWith({ mode: 'clientCertificate', clientId, certificatePath })(
      notAborted,
    );

    const [, payload = ''] = (posted[0]?.get('client_assertion') ?? '').split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(token).toBe('entra-1');
    expect(claims).toMatchObject({ iss: clientId, sub: clientId });
    expect(posted[0]?.has('client_secret')).toBe(false);
  });

  it("presents the managed identity's token with mode federated", async () => {
    const { token } = await fetchWith({ mode: 'federated', clientId })(notAborted);

    expect(token).toBe('entra-1');
    expect(lastIdentityRequest().query).toMatchObject({ resource: 'api://AzureADTokenExchange' });
    expect(Object.fromEntries(posted[0] ?? [])).toMatchObject({
      client_id: clientId,
      client_assertion: expect.stringMatching(/^identity-\d+$/) as string,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
  });

  // Entra trusts user-assigned identities only, which have to be named.
  it("names the app's own identity with mode federated, and not the app registration", async () => {
    const identityClientId = '5d3c8a0e-1f7b-4c55-8b0d-7a1e6c9f2b34';

    await fetchWith({ mode: 'federated', clientId, identityClientId })(notAborted);

    expect(lastIdentityRequest().query).toMatchObject({
      resource: 'api://AzureADTokenExchange',
      client_id: identityClientId,
    });
  });

  it.each([
    { mode: 'clientSecret', clientId: null, missing: 'client id' },
    { mode: 'clientSecret', clientId, missing: 'client secret' },
    { mode: 'clientCertificate', clientId, missing: 'certificate path' },
    { mode: 'federated', clientId: null, missing: 'client id' },
  ] as const)('refuses mode $mode without a $missing', ({ missing, ...auth }) => {
    expect(() => fetchWith(auth)).toThrow(`Cannot authenticate: ${missing} is missing`);
  });
});
