import { format, inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createDefenderClient } from '../../../shared/defender/createDefenderClient';
import { HttpError } from '../../../shared/http/HttpError';
import { createHttpTransport } from '../../../shared/http/createHttpTransport';
import type { HttpRequest, HttpResponse } from '../../../shared/http/HttpTransport';
import { TokenUnavailableError } from '../../../shared/identity/TokenUnavailableError';
import { startTestServer } from '../http/startTestServer';
import { plantedToken } from '../identity/plantedToken';
import { queries } from './queries';

const apiBaseUrl = 'https://api.security.microsoft.com';
const empty: HttpResponse = { status: 200, headers: {}, body: '{"value":[]}' };

function arrange(respond: (request: HttpRequest) => HttpResponse = () => empty, token?: string) {
  const log: string[] = [];
  const requests: HttpRequest[] = [];
  const client = createDefenderClient({
    apiBaseUrl,
    clock: { now: () => 0 },
    tokens: plantedToken(log, token),
    transport: {
      prepare: () => void log.push('prepare transport'),
      get: async (request) => {
        log.push('send');
        requests.push(request);
        return Promise.resolve(respond(request));
      },
    },
  });
  return { client, log, requests };
}

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: unknown) => error,
  );

describe('DefenderClient.prepare()', () => {
  it('gets the token and sends nothing', async () => {
    const { client, log } = arrange();

    await client.prepare();

    expect(log).toEqual(['prepare transport', 'prepare token']);
  });
});

describe('DefenderClient.call()', () => {
  it('sends one request, with the token, below /api', async () => {
    const { client, requests } = arrange();

    const answer = await client.call(queries.ipAlerts);

    expect(answer).toMatchObject({ status: 200, alerts: [] });
    expect(requests).toEqual([
      {
        url: new URL(`${apiBaseUrl}/api/ips/10.1.2.3/alerts`),
        headers: { authorization: 'Bearer planted-token' },
        timeoutMs: 30_000,
        maxBytes: 64 * 1024 * 1024,
      },
    ]);
  });

  it.each([400, 401, 403, 404, 408, 429, 500, 502, 503])('never repeats a %i', async (status) => {
    const { client, log } = arrange(() => ({ status, headers: { 'retry-after': '0' }, body: '' }));

    await rejection(client.call(queries.findByIp));

    expect(log.filter((entry) => entry === 'send')).toHaveLength(1);
  });

  it('drops the token that was refused with 401', async () => {
    const { client, log } = arrange(() => ({ status: 401, headers: {}, body: '' }));

    const error = await rejection(client.call(queries.machine));

    expect(error).toMatchObject({ code: 'defender.unauthorized' });
    expect(log).toEqual(['get token', 'send', 'invalidate planted-token']);
  });

  it('doubts the token that was refused with 403', async () => {
    const { client, log } = arrange(() => ({ status: 403, headers: {}, body: '' }));

    const error = await rejection(client.call(queries.machine));

    expect(error).toMatchObject({ code: 'defender.forbidden' });
    expect(log).toEqual(['get token', 'send', 'doubt planted-token']);
  });

  it.each([
    { what: 'a token without roles', roles: [], text: '', isRoleMissing: true },
    { what: 'a token of other roles', roles: ['Alert.Read.All'], text: '', isRoleMissing: true },
    { what: 'one of the roles', roles: ['Machine.Read.All'], text: '', isRoleMissing: false },
    { what: 'roles that cannot be read', roles: undefined, text: '', isRoleMissing: false },
    {
      what: 'roles that cannot be read, where Defender names those missing',
      roles: undefined,
      text: 'Missing application roles. API required roles: Machine.Read.All, application roles: .',
      isRoleMissing: true,
    },
    {
      what: 'one of the roles, where Defender names those missing',
      roles: ['Machine.Read.All'],
      text: 'Missing application roles. API required roles: Machine.ReadWrite.All, application roles: .',
      isRoleMissing: true,
    },
  ])(
    'tells a 403 for want of a role from another: $what',
    async ({ roles, text, isRoleMissing }) => {
      const payload = Buffer.from(JSON.stringify({ roles })).toString('base64url');
      const body = JSON.stringify({ error: { code: 'Forbidden', message: text } });
      const { client } = arrange(() => ({ status: 403, headers: {}, body }), `e30.${payload}.s`);

      expect(await rejection(client.call(queries.machine))).toMatchObject({ isRoleMissing });
    },
  );

  it.each([429, 503])('keeps the token after a %i', async (status) => {
    const { client, log } = arrange(() => ({ status, headers: {}, body: '' }));

    await rejection(client.call(queries.machine));

    expect(log).toEqual(['get token', 'send']);
  });

  it('is unavailable when no answer came, and says why', async () => {
    const { client } = arrange(() => {
      throw new HttpError('GET', '/api/machines', 'ECONNRESET');
    });

    const error = await rejection(client.call(queries.machines));

    expect(error).toMatchObject({
      code: 'defender.unavailable',
      endpoint: 'machines',
      status: null,
      message: 'Cannot query machines: ECONNRESET',
    });
  });

  it('sends nothing without a token', async () => {
    const { requests } = arrange();
    const client = createDefenderClient({
      apiBaseUrl,
      clock: { now: () => 0 },
      tokens: {
        ...plantedToken(),
        get: () => Promise.reject(new TokenUnavailableError('issuer is down')),
      },
      transport: { prepare: () => undefined, get: () => Promise.reject(new Error('sent')) },
    });

    const error = await rejection(client.call(queries.machine));

    expect(error).toMatchObject({ code: 'defender.tokenUnavailable' });
    expect(requests).toEqual([]);
  });

  it("hands the caller's signal on", async () => {
    const { client, requests } = arrange();
    const { signal } = new AbortController();

    await client.call(queries.ipAlerts, { signal });

    expect(requests[0]?.signal).toBe(signal);
  });

  it('leaves no trace of the token in an error, even if the service quotes it', async () => {
    const server = await startTestServer((request, response) => {
      const quoted = request.headers.authorization ?? '';
      response.writeHead(403, { 'content-type': 'application/json', 'x-echo': quoted });
      response.end(
        JSON.stringify({ error: { code: 'Forbidden', message: `no: ${quoted}`, target: quoted } }),
      );
    });
    const transport = createHttpTransport();
    const client = createDefenderClient({
      apiBaseUrl: server.origin,
      clock: { now: () => 0 },
      tokens: plantedToken(),
      transport,
    });

    const errors = [await rejection(client.call(queries.machine))];
    await server.close();
    errors.push(await rejection(client.call(queries.machine)));
    transport.close();

    expect(errors).toMatchObject([
      { code: 'defender.forbidden', correlationId: 'Bearer [token]' },
      { code: 'defender.unavailable', status: null },
    ]);
    for (const error of errors) {
      const wrapped = new Error('outer', { cause: error });
      const printed = [
        format('%s %o %O %j', error, error, error, error),
        inspect(wrapped, { depth: null, showHidden: true }),
        JSON.stringify(wrapped),
        JSON.stringify(error),
      ].join('\n');
      expect(printed).not.toContain('planted-token');
    }
  });

  it('is unavailable for an answer whose gzip ends early', async () => {
    const whole = gzipSync(JSON.stringify({ value: [{ id: 'm1' }, { id: 'm2' }] }));
    const server = await startTestServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(whole.subarray(0, 30));
    });
    const transport = createHttpTransport();
    const client = createDefenderClient({
      apiBaseUrl: server.origin,
      clock: { now: () => 0 },
      tokens: plantedToken(),
      transport,
    });

    const error = await rejection(client.call(queries.machines));
    transport.close();
    await server.close();

    expect(error).toMatchObject({ code: 'defender.unavailable' });
  });
});
