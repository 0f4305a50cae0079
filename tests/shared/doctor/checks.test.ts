import { acceptedWith } from '../config/exampleSettings';
import { endpointCheck, type EndpointCheckDeps } from '../../../shared/doctor/endpointCheck';
import { DefenderForbiddenError } from '../../../shared/defender/defenderErrors';
import { TokenUnavailableError } from '../../../shared/identity/TokenUnavailableError';
import type { Ticket } from '../../../shared/quota/Quota';
import { tokenCheck } from '../../../shared/doctor/tokenCheck';
import { versionCheck } from '../../../shared/doctor/versionCheck';

const { defender } = acceptedWith({}).config;
const tokenOf = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const right = {
  aud: defender.tokenScope.replace('/.default', ''),
  tid: defender.tenantId,
  roles: ['Machine.Read.All'],
  iat: 1_700_000_000,
  exp: 1_700_003_600,
};

describe('the check of the token', () => {
  it.each([
    { title: 'is content with the right one', claims: right, status: 'ok', mend: null },
    {
      title: 'finds another audience',
      claims: { ...right, aud: 'https://management.azure.com' },
      status: 'failed',
      mend: expect.stringContaining('DEFENDER_TOKEN_SCOPE') as string,
    },
    {
      title: 'leaves a token of an unknown form to the endpoints',
      claims: {},
      status: 'warning',
      mend: expect.stringContaining('endpoints') as string,
    },
  ])('$title', async ({ claims, status, mend }) => {
    const [found] = await tokenCheck({ tokens: { get: async () => tokenOf(claims) }, defender })();

    expect(found).toMatchObject({ status, mend });
  });
});

describe('the check of the endpoints', () => {
  const about = { endpoint: 'machines', status: 403, correlationId: null } as const;
  const forbidden = new DefenderForbiddenError('Missing roles', ['Machine.Read.All'], true, about);
  it.each([
    { title: 'an answer', call: () => Promise.resolve(null as never), told: ['answered'] },
    { title: 'a refusal', call: () => Promise.reject(forbidden), told: ['forbidden'] },
    {
      title: 'nothing, if there was no token and so no call',
      call: () => Promise.reject(new TokenUnavailableError('No.')),
      told: [],
    },
  ])('lets the calendars know of $title', async ({ call, told }) => {
    const heard: string[] = [];
    const ticket = {} as Ticket; // nothing reads it here
    const quota: EndpointCheckDeps['quota'] = {
      take: async () => ({ outcome: 'granted', ticket, slotAt: 0 }),
      awaitSlot: async () => ({ outcome: 'call' }),
      report: async (_, { outcome }) => {
        heard.push(outcome);
        return { at: 0, answeredAt: 0, closedUntil: 0 };
      },
    };

    const found = await endpointCheck({ quota, defender: { call }, clock: { now: () => 0 } })();

    expect(new Set(heard)).toEqual(new Set(told));
    expect(found.map(({ status }) => status)).toEqual(
      found.map(() => (told[0] === 'answered' ? 'ok' : 'failed')),
    );
  });
});

describe('the check of the versions', () => {
  it.each([
    { node: 'v20.20.2', day: '2026-11-29', status: 'warning', detail: /ended on 2026-04-30/ },
    { node: 'v22.1.0', day: '2026-11-29', status: 'ok', detail: /supported until 2027-04-30/ },
    { node: 'v22.1.0', day: '2027-02-15', status: 'warning', detail: /until 2027-04-30/ },
    { node: 'v22.1.0', day: '2027-05-01', status: 'warning', detail: /ended on 2027-04-30/ },
    { node: 'v24.1.0', day: '2027-05-01', status: 'ok', detail: /until 2028-04-30/ },
    { node: 'v25.0.0', day: '2026-11-29', status: 'warning', detail: /does not run v25\.0\.0/ },
  ])('finds Node $node of $day $status', async ({ node, day, status, detail }) => {
    const [found] = await versionCheck(node, { now: () => Date.parse(day) })();

    expect(found).toMatchObject({
      check: 'node',
      status,
      detail: expect.stringMatching(detail) as string,
    });
  });

  it('names the app and the packages by which it reaches Azure', async () => {
    const [, app] = await versionCheck('v22.1.0', { now: () => 0 })();

    expect(app).toMatchObject({ check: 'app', status: 'ok' });
    expect(app?.detail).toMatch(/^\d+\.\d+\.\d+, with @azure\/functions \d+\./);
  });
});
