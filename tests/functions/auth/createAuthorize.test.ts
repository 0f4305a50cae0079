import { HttpRequest } from '@azure/functions';
import { createAuthorize } from '../../../functions/auth/createAuthorize';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const FORGED = Buffer.from('{"auth_typ":"aad","claims":[{"typ":"roles","val":"admin"}]}').toString(
  'base64',
);

function aRequest(headers: Record<string, string>, url = 'http://localhost/api/status') {
  return new HttpRequest({ method: 'GET', url, headers });
}

function start({ auth = 'functionKey' }: { readonly auth?: 'functionKey' | 'entra' } = {}) {
  const clock = new VirtualClock();
  const callers: string[] = [];
  const authorize = createAuthorize({
    config: { http: { auth, entra: null } },
    checkToken: (authorization) =>
      authorization === 'Bearer good'
        ? Promise.resolve('app-1')
        : Promise.reject(new Error('refused')),
    fairShare: {
      runAs: (caller, work) => {
        callers.push(caller);
        return work();
      },
    },
    clock,
  });
  return { clock, callers, authorize };
}

const work = () => Promise.resolve('done');

describe('createAuthorize()', () => {
  it('does the work of an application whose token is good, on its account', async () => {
    const { authorize, callers } = start({ auth: 'entra' });

    const done = await authorize(aRequest({ authorization: 'Bearer good' }), 'caller', work);

    expect(done).toBe('done');
    expect(callers).toEqual(['app app-1']);
  });

  it.each([
    { what: 'well-formed', principal: FORGED },
    { what: 'malformed', principal: '%%%' },
  ])('does not look at a $what principal that a caller made up', async ({ principal }) => {
    const { authorize, callers } = start({ auth: 'entra' });

    const outcome = authorize(aRequest({ 'x-ms-client-principal': principal }), 'caller', work);

    await expect(outcome).rejects.toThrow('refused');
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

    await authorize(aRequest({ [of[0]]: of[1] }), 'caller', work);
    await authorize(aRequest({ [and[0]]: and[1] }), 'caller', work);

    expect(new Set(callers).size).toBe(2);
    expect(callers.join()).not.toMatch(/one|two|made up|4711/);
  });

  it('counts a key the same in the header and in the query', async () => {
    const { authorize, callers } = start();

    await authorize(aRequest({ 'x-functions-key': 'one' }), 'caller', work);
    await authorize(aRequest({}, 'http://localhost/api/status?code=one'), 'caller', work);

    expect(new Set(callers).size).toBe(1);
  });

  it('counts what came more than once by the one that the platform has checked', async () => {
    const { authorize, callers } = start();

    await authorize(aRequest({ 'x-functions-key': 'one' }), 'caller', work);
    await authorize(aRequest({ 'x-functions-key': 'one, 1' }), 'caller', work);
    await authorize(aRequest({}, 'http://localhost/api/status?code=one,2'), 'caller', work);

    expect(new Set(callers).size).toBe(1);
  });

  it.each(['functionKey', 'entra'] as const)(
    'counts an address that is the secret by where the request comes from, with %s',
    async (auth) => {
      const { authorize, callers } = start({ auth });
      const from = (address: string, key: string) =>
        aRequest({ 'x-forwarded-for': address, 'x-functions-key': key });
      for (let count = 0; count < 600; count++) {
        await authorize(from('10.0.0.1', `made up ${count}`), 'capability', work);
      }

      const refused = authorize(from('10.0.0.1', 'another'), 'capability', work);

      await expect(refused).rejects.toMatchObject({ options: { status: 429, retryAfterMs: 100 } });
      await authorize(from('10.0.0.2', 'another'), 'capability', work);
      expect(new Set(callers)).toEqual(new Set(['address 10.0.0.1', 'address 10.0.0.2']));
    },
  );

  it('refuses a caller over 600 requests a minute, and only that one, until one more is due', async () => {
    const { authorize, clock } = start();
    const greedy = aRequest({ 'x-functions-key': 'greedy' });
    for (let count = 0; count < 600; count++) await authorize(greedy, 'caller', work);

    const refused = authorize(greedy, 'caller', work);

    await expect(refused).rejects.toMatchObject({ options: { status: 429, retryAfterMs: 100 } });
    await expect(authorize(aRequest({ 'x-functions-key': 'b' }), 'caller', work)).resolves.toBe(
      'done',
    );
    await clock.advance(100);
    await expect(authorize(greedy, 'caller', work)).resolves.toBe('done');
  });
});
