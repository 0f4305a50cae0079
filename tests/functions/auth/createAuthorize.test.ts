import { HttpRequest } from '@azure/functions';
import { createAuthorize } from '../../../functions/auth/createAuthorize';
import { HttpProblem } from '../../../functions/http/HttpProblem';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const FORGED = Buffer.from('{"auth_typ":"aad","claims":[{"typ":"roles","val":"admin"}]}').toString(
  'base64',
);

function aRequest(headers: Record<string, string>, url = 'http://localhost/api/status') {
  return new HttpRequest({ method: 'GET', url, headers });
}

interface Start {
  readonly auth?: 'functionKey' | 'entra';
  readonly publicBaseUrl?: string | null;
}

const NO_TOKEN = new HttpProblem({
  status: 401,
  code: 'auth.tokenRefused',
  detail: 'A bearer token is needed.',
  headers: { 'www-authenticate': 'Bearer' },
});

function start({ auth = 'functionKey', publicBaseUrl = null }: Start = {}) {
  const clock = new VirtualClock();
  const callers: string[] = [];
  const kinds: string[] = [];
  const authorize = createAuthorize({
    config: { http: { auth, entra: null }, publicBaseUrl },
    checkToken: (authorization, admitsUsers) => {
      if (authorization === "Bearer a user's" && admitsUsers) return Promise.resolve('app-1');
      if (authorization === 'Bearer good') return Promise.resolve('app-1');
      return Promise.reject(authorization === null ? NO_TOKEN : new Error('refused'));
    },
    fairShare: {
      runAs: (caller, work) => {
        callers.push(caller.id);
        kinds.push(caller.kind);
        return work();
      },
    },
    clock,
  });
  return { clock, callers, kinds, authorize };
}

const work = () => Promise.resolve('done');

describe('createAuthorize()', () => {
  it.each([
    { admitsUsers: true, ends: 'done' },
    { admitsUsers: false, ends: 'refused' },
  ])('asks whether users may come (admitsUsers $admitsUsers)', async ({ admitsUsers, ends }) => {
    const { authorize } = start({ auth: 'entra' });
    const request = aRequest({ authorization: "Bearer a user's" });

    const ended = authorize(request, { auth: 'caller', admitsUsers }, work);

    await expect(ended.catch(() => 'refused')).resolves.toBe(ends);
  });

  it('does the work of an application whose token is good, on its account', async () => {
    const { authorize, callers } = start({ auth: 'entra' });

    const done = await authorize(
      aRequest({ authorization: 'Bearer good' }),
      { auth: 'caller' },
      work,
    );

    expect(done).toBe('done');
    expect(callers).toEqual(['app app-1']);
  });

  it.each([{ callerKind: 'agent' as const }, { callerKind: 'regular' as const }])(
    'counts what a route does as of a caller of kind $callerKind',
    async ({ callerKind }) => {
      const { authorize, kinds } = start();

      await authorize(aRequest({}), { auth: 'caller', callerKind }, work);
      await authorize(aRequest({}), { auth: 'caller' }, work);

      expect(kinds).toEqual([callerKind, 'regular']);
    },
  );

  it.each([
    { where: 'the address that is set', known: 'https://app.example', is: 'https://app.example' },
    { where: "the request's own, if it is loopback", known: null, is: 'http://localhost' },
  ])('names in a 401 where to get a token, below $where', async ({ known, is }) => {
    const { authorize } = start({ auth: 'entra', publicBaseUrl: known });
    const route = { auth: 'caller', tokenGuidePath: 'guide' } as const;

    const refused = authorize(aRequest({}), route, work);

    const challenge = `Bearer resource_metadata="${is}/api/guide"`;
    await expect(refused).rejects.toMatchObject({
      code: 'auth.tokenRefused',
      options: { status: 401, headers: { 'www-authenticate': challenge } },
    });
  });

  it('names nothing for a route without such an address, nor for a caller without the role', async () => {
    const { authorize } = start({ auth: 'entra' });
    const guided = { auth: 'caller', tokenGuidePath: 'guide' } as const;

    const plain = authorize(aRequest({}), { auth: 'caller' }, work);
    const forbidden = authorize(aRequest({ authorization: 'Bearer poor' }), guided, work);

    await expect(plain).rejects.toMatchObject({
      options: { headers: { 'www-authenticate': 'Bearer' } },
    });
    await expect(forbidden).rejects.toThrow('refused');
  });

  it.each([
    { what: 'well-formed', principal: FORGED },
    { what: 'malformed', principal: '%%%' },
  ])('does not look at a $what principal that a caller made up', async ({ principal }) => {
    const { authorize, callers } = start({ auth: 'entra' });

    const outcome = authorize(
      aRequest({ 'x-ms-client-principal': principal }),
      { auth: 'caller' },
      work,
    );

    await expect(outcome).rejects.toBe(NO_TOKEN);
    expect(callers).toEqual([]);
  });

  it.each([
    { by: 'key', of: ['x-functions-key', 'one'], and: ['x-functions-key', 'two'] },
    {
      by: 'address, as the platform saw it',
      of: ['x-forwarded-for', 'made up, 10.0.0.1:4711'],
      and: ['x-forwarded-for', 'made up, 10.0.0.2:4711'],
    },
  ] as const)('tells callers apart by $by, and keeps no key', async ({ of, and }) => {
    const { authorize, callers } = start();

    await authorize(aRequest({ [of[0]]: of[1] }), { auth: 'caller' }, work);
    await authorize(aRequest({ [and[0]]: and[1] }), { auth: 'caller' }, work);

    expect(new Set(callers).size).toBe(2);
    expect(callers.join()).not.toMatch(/one|two|made up|4711/);
  });

  it('counts a key the same in the header and in the query', async () => {
    const { authorize, callers } = start();

    await authorize(aRequest({ 'x-functions-key': 'one' }), { auth: 'caller' }, work);
    await authorize(aRequest({}, 'http://localhost/api/status?code=one'), { auth: 'caller' }, work);

    expect(new Set(callers).size).toBe(1);
  });

  it('counts what came more than once by the one that the platform has checked', async () => {
    const { authorize, callers } = start();

    await authorize(aRequest({ 'x-functions-key': 'one' }), { auth: 'caller' }, work);
    await authorize(aRequest({ 'x-functions-key': 'one, 1' }), { auth: 'caller' }, work);
    await authorize(
      aRequest({}, 'http://localhost/api/status?code=one,2'),
      { auth: 'caller' },
      work,
    );

    expect(new Set(callers).size).toBe(1);
  });

  it.each(['functionKey', 'entra'] as const)(
    'counts an address that is the secret by where the request comes from, with %s',
    async (auth) => {
      const { authorize, callers } = start({ auth });
      const from = (address: string, key: string) =>
        aRequest({ 'x-forwarded-for': address, 'x-functions-key': key });
      for (let count = 0; count < 600; count++) {
        await authorize(from('10.0.0.1', `made up ${count}`), { auth: 'capability' }, work);
      }

      const refused = authorize(from('10.0.0.1', 'another'), { auth: 'capability' }, work);

      await expect(refused).rejects.toMatchObject({ options: { status: 429, retryAfterMs: 100 } });
      await authorize(from('10.0.0.2', 'another'), { auth: 'capability' }, work);
      expect(new Set(callers)).toEqual(new Set(['address 10.0.0.1', 'address 10.0.0.2']));
    },
  );

  it('refuses a caller over 600 requests a minute, and only that one, until one more is due', async () => {
    const { authorize, clock } = start();
    const greedy = aRequest({ 'x-functions-key': 'greedy' });
    for (let count = 0; count < 600; count++) await authorize(greedy, { auth: 'caller' }, work);

    const refused = authorize(greedy, { auth: 'caller' }, work);

    await expect(refused).rejects.toMatchObject({ options: { status: 429, retryAfterMs: 100 } });
    await expect(
      authorize(aRequest({ 'x-functions-key': 'b' }), { auth: 'caller' }, work),
    ).resolves.toBe('done');
    await clock.advance(100);
    await expect(authorize(greedy, { auth: 'caller' }, work)).resolves.toBe('done');
  });
});
