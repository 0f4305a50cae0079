import { type Reply, readToken, RESOURCE, SimulatorHarness } from '../SimulatorHarness';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

describe('answerTokenRequest', () => {
  let harness: SimulatorHarness;
  beforeAll(async () => {
    harness = await SimulatorHarness.start();
  });
  afterEach(() => {
    harness.simulator.control({ reset: true });
  });
  afterAll(async () => {
    await harness.close();
  });

  type Form = Readonly<Record<string, string | undefined>>;
  const post = async (
    form: Form,
    { path = 'oauth2/v2.0/token', tenant = harness.simulator.directory.tenantId } = {},
  ): Promise<Reply> => {
    const { clientId, clientSecret } = harness.simulator.directory;
    const complete: Form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      ...form,
    };
    const sent = Object.entries(complete).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] as const],
    );
    return harness.send(`/${tenant}/${path}`, {
      method: 'POST',
      token: null,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(Object.fromEntries(sent)).toString(),
    });
  };

  const jwt = (claims: object): string =>
    [{ alg: 'RS256' }, claims, {}]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');

  it('answers v2 with the scope’s resource as audience of a v1 token', async () => {
    const reply = await post({ scope: `${RESOURCE}/.default` });

    expect(reply.status).toBe(200);
    expect(reply.json()).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
    });
    const { tenantId, clientId } = harness.simulator.directory;
    const payload = readToken(reply).split('.')[1] ?? '';
    const issuedAt = harness.clock.now() / 1_000;
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      aud: RESOURCE,
      iss: `https://sts.windows.net/${tenantId}/`,
      appid: clientId,
      tid: tenantId,
      roles: ['Machine.Read.All', 'Alert.Read.All', 'File.Read.All'],
      ver: '1.0',
      iat: issuedAt,
      exp: issuedAt + 3_600,
    });
  });

  it('answers v1 with its numbers as strings, and the resource', async () => {
    const reply = await post({ resource: RESOURCE }, { path: 'OAuth2/token' });

    expect(reply.json()).toMatchObject({
      expires_in: '3599',
      expires_on: String(harness.clock.now() / 1_000 + 3_600),
      resource: RESOURCE,
    });
  });

  it('leaves out roles when none are granted, and issues tokens of the set lifetime', async () => {
    harness.simulator.control({ directory: { roles: [], tokenLifetimeMs: 60_000 } });

    const reply = await post({ scope: `${RESOURCE}/.default` });

    const payload = readToken(reply).split('.')[1] ?? '';
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(claims).not.toHaveProperty('roles');
    expect(claims).toHaveProperty('exp', harness.clock.now() / 1_000 + 60);
  });

  it('accepts an assertion that the application signed for itself', async () => {
    const { clientId } = harness.simulator.directory;
    const reply = await post({
      client_secret: undefined,
      client_assertion_type: JWT_BEARER,
      client_assertion: jwt({ iss: clientId, sub: clientId }),
      scope: `${RESOURCE}/.default`,
    });

    expect(reply.status).toBe(200);
  });

  it('accepts the managed identity’s token for the exchange as the assertion, and no other of its tokens', async () => {
    const exchange = async (resource: string): Promise<number> => {
      const assertion = await harness.freshToken(resource);
      const reply = await post({
        client_secret: undefined,
        client_assertion_type: JWT_BEARER,
        client_assertion: assertion,
        scope: `${RESOURCE}/.default`,
      });
      return reply.status;
    };

    expect(await exchange('api://AzureADTokenExchange')).toBe(200);
    expect(await exchange(RESOURCE)).toBe(401);
  });

  const scope = `${RESOURCE}/.default`;
  const noSecret = { scope, client_secret: undefined };
  it.each([
    {
      title: 'no grant type',
      form: { scope, grant_type: undefined },
      status: 400,
      error: 'invalid_request',
      code: 900144,
    },
    {
      title: 'no client id',
      form: { scope, client_id: undefined },
      status: 400,
      error: 'invalid_request',
      code: 900144,
    },
    { title: 'no scope', form: {}, status: 400, error: 'invalid_request', code: 900144 },
    {
      title: 'another grant',
      form: { scope, grant_type: 'password' },
      status: 400,
      error: 'unsupported_grant_type',
      code: 70003,
    },
    {
      title: 'an unknown application',
      form: { scope, client_id: '00000000-0000-0000-0000-000000000001' },
      status: 400,
      error: 'unauthorized_client',
      code: 700016,
    },
    {
      title: 'a wrong secret',
      form: { scope, client_secret: 'wrong' },
      status: 401,
      error: 'invalid_client',
      code: 7000215,
    },
    { title: 'no credential', form: noSecret, status: 401, error: 'invalid_client', code: 7000218 },
    {
      title: 'an assertion without its type',
      form: { ...noSecret, client_assertion: 'x.y.z' },
      status: 401,
      error: 'invalid_client',
      code: 700027,
    },
    {
      title: 'an assertion that is no JWT',
      form: { ...noSecret, client_assertion: 'x', client_assertion_type: JWT_BEARER },
      status: 401,
      error: 'invalid_client',
      code: 700027,
    },
    {
      title: 'an assertion of somebody else',
      form: {
        ...noSecret,
        client_assertion: jwt({ iss: 'x', sub: 'x' }),
        client_assertion_type: JWT_BEARER,
      },
      status: 401,
      error: 'invalid_client',
      code: 700027,
    },
    {
      title: 'a scope without /.default',
      form: { scope: RESOURCE },
      status: 400,
      error: 'invalid_scope',
      code: 70011,
    },
    {
      title: 'an unknown resource',
      form: { scope: 'https://api-au.securitycenter.microsoft.com/.default' },
      status: 400,
      error: 'invalid_resource',
      code: 500011,
    },
  ])('answers AADSTS$code to $title', async ({ form, status, error, code }) => {
    const reply = await post(form);

    expect(reply.status).toBe(status);
    expect(reply.json()).toMatchObject({
      error,
      error_codes: [code],
      error_description: expect.stringMatching(
        new RegExp(
          `^AADSTS${code}: .+\\r\\nTrace ID: .+\\r\\nCorrelation ID: .+\\r\\nTimestamp: 2026-11-21 08:15:03Z$`,
        ),
      ) as string,
      timestamp: '2026-11-21 08:15:03Z',
      trace_id: expect.any(String) as string,
      correlation_id: expect.any(String) as string,
    });
  });

  it('answers AADSTS90002 for an unknown tenant', async () => {
    const reply = await post({ scope }, { tenant: 'elsewhere.example' });

    expect(reply.status).toBe(400);
    expect(reply.json()).toMatchObject({ error: 'invalid_request', error_codes: [90002] });
  });

  it('answers AADSTS7000222 while the secret is expired', async () => {
    harness.simulator.control({ directory: { clientSecretState: 'expired' } });

    expect((await post({ scope })).json()).toMatchObject({ error_codes: [7000222] });
  });

  it('can fail like any other endpoint', async () => {
    const fault = { kind: 'error', status: 429, retryAfterSeconds: 7 } as const;
    harness.simulator.control({ faults: [{ endpoint: 'token', fault }] });

    const [failed, next] = [await post({ scope }), await post({ scope })];

    expect([failed.status, failed.headers['retry-after'], next.status]).toEqual([429, '7', 200]);
  });

  it('leaves neither secrets nor tokens in the log', async () => {
    const token = readToken(await post({ scope }));
    await harness.get('/api/machines?$top=1', { token });

    const log = JSON.stringify(harness.simulator.log());

    expect(log).toContain('/oauth2/v2.0/token');
    expect(log).not.toContain(harness.simulator.directory.clientSecret);
    expect(log).not.toContain(token.slice(-20));
  });
});
