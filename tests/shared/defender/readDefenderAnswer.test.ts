import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import {
  DefenderError,
  DefenderForbiddenError,
  DefenderThrottledError,
} from '../../../shared/defender/defenderErrors';
import { readDefenderAnswer } from '../../../shared/defender/readDefenderAnswer';
import { countTurns } from '../clock/countTurns';
import { listNotes } from '../lookups/aLookup';
import { queries } from './queries';

const now = Date.UTC(2026, 10, 20, 8, 0, 0);
const target = '9a1f5f1e-2f8a-4f0e-9a52-1d2e3f405162';

function read(query: DefenderQuery, status: number, body: unknown, headers = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readDefenderAnswer(query, { status, headers, body: text }, now);
}

async function errorOf(...args: Parameters<typeof read>): Promise<DefenderError> {
  try {
    await read(...args);
  } catch (error) {
    if (error instanceof DefenderError) return error;
    throw error;
  }
  throw new Error('the answer was accepted');
}

const failure = (code: string, message: string) => ({ error: { code, message, target } });

describe('readDefenderAnswer() of a 200', () => {
  const none = { status: 200, machines: [], alerts: [], file: null, correlationId: null };
  const machine = { id: 'm1', computerDnsName: 'a', lastSeen: '2026-11-20T07:00:03.7791856Z' };
  const alert = { id: 'a1', severity: 'High', evidence: [] };
  const file = { sha1: 'a'.repeat(40), globalPrevalence: 3 };

  it.each([
    { query: queries.findByIp, body: { value: [machine] }, answer: { machines: [machine] } },
    { query: queries.machines, body: { value: [machine] }, answer: { machines: [machine] } },
    { query: queries.fileMachines, body: { value: [] }, answer: {} },
    { query: queries.ipAlerts, body: { value: [alert] }, answer: { alerts: [alert] } },
    { query: queries.alertMachine, body: machine, answer: { machines: [machine] } },
    { query: queries.machine, body: machine, answer: { machines: [machine] } },
    { query: queries.file, body: file, answer: { file } },
  ])('reads $query.endpoint', async ({ query, body, answer }) => {
    expect(await read(query, 200, body)).toEqual({ ...none, ...answer });
  });

  it('keeps what it does not know, and invents nothing', async () => {
    const live = {
      id: 'm1',
      isPotentialDuplication: false,
      vmMetadata: { vmId: 'v' },
      osBuild: null,
    };

    const { machines } = await read(queries.machine, 200, live);

    expect(machines).toEqual([live]);
    expect(Object.keys(machines[0] ?? {}).sort()).toEqual(Object.keys(live).sort());
  });

  it("reads a file's machines, which come without pages, however many they are", async () => {
    const list = { value: Array.from({ length: 20_000 }, (_, index) => ({ id: `m${index}` })) };

    expect((await read(queries.fileMachines, 200, list)).machines).toHaveLength(20_000);
  });

  it('lets others have their turn while it reads a page', async () => {
    const page = { value: Array.from({ length: 10_000 }, (_, index) => ({ id: `m${index}` })) };

    const turns = await countTurns(() => read(queries.machines, 200, page));

    expect(turns).toBeGreaterThanOrEqual(39);
  });

  it('takes a field of another type than documented for absent', async () => {
    const { machines } = await read(queries.machine, 200, {
      id: 'm1',
      riskScore: 7,
      rbacGroupId: '140',
    });

    expect(machines).toEqual([{ id: 'm1', riskScore: null, rbacGroupId: '140' }]);
  });

  it('lets no answer touch a prototype', async () => {
    const { machines } = await read(
      queries.machine,
      200,
      '{"id":"m1","__proto__":{"polluted":true}}',
    );

    expect(machines[0]?.['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(machines[0])).toBe(Object.prototype);
  });

  it.each([
    { what: 'nothing', body: '', at: 'its root' },
    { what: 'HTML', body: '<html>Sign in</html>', at: 'its root' },
    { what: 'half a JSON text', body: '{"value":[{"id":"m1"}', at: 'its root' },
    { what: 'null', body: 'null', at: 'its root' },
    { what: 'a list', body: '[]', at: 'its root' },
    { what: 'no value', body: '{}', at: 'value' },
    { what: 'a list of anything but rows', body: { value: [0, 'm1', null, []] }, at: 'value[0]' },
    {
      what: 'more rows than ten pages',
      body: { value: Array.from({ length: 100_001 }, () => ({ id: 'm1' })) },
      at: 'value',
    },
    {
      what: '60 MB of numbers',
      body: `{"value":[${'0,'.repeat(30_000_000)}0]}`,
      at: 'its root',
    },
    {
      what: 'nesting without an end',
      body: `{"value":[{"id":"m1","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`,
      at: 'its root',
    },
  ])('is unavailable for $what', async ({ body, at }) => {
    expect(await errorOf(queries.findByIp, 200, body)).toMatchObject({
      code: 'defender.unavailable',
      status: 200,
      message: `Cannot query machines/findbyip: unreadable answer at ${at}`,
    });
  });
});

describe('readDefenderAnswer() of a list with odd rows', () => {
  const list = listNotes();

  it.each([
    { what: 'no id', row: {} },
    { what: 'an empty id', row: { id: '' } },
    { what: 'a number for an id', row: { id: 1_234 } },
    { what: 'null for a row', row: null },
  ])('leaves out the one that has $what, and says where it was', async ({ row }) => {
    for (const query of [queries.machines, queries.fileMachines, queries.findByIp]) {
      const answer = await read(query, 200, { value: [{ id: 'm1' }, row, { id: 'm2' }] });

      expect(answer.machines.map(({ id }) => id)).toEqual(['m1', 'm2']);
      expect(answer.list).toEqual({ ...list, skippedAt: [1] });
    }
    const alerts = await read(queries.ipAlerts, 200, { value: [row, { id: 'a1' }] });
    expect(alerts).toMatchObject({ alerts: [{ id: 'a1' }], list: { ...list, skippedAt: [0] } });
  });

  it('keeps one whose fields are of another type, without them, and says where it is', async () => {
    const odd = { id: 'm1', lastSeen: 7, riskScore: ['High'], computerDnsName: 'a', osBuild: 'x' };

    const answer = await read(queries.machines, 200, {
      value: [{ id: 'm0', lastSeen: null }, odd],
    });

    expect(answer.machines[1]).toEqual({ ...odd, lastSeen: null, riskScore: null });
    expect(answer.list).toEqual({ ...list, mistypedAt: [1] });
  });

  it.each([
    { what: 'mergedIntoMachineId', value: ['b'] },
    { what: 'mergedIntoMachineId', value: { id: 'b' } },
    { what: 'onboardingStatus', value: 3 },
    { what: 'healthStatus', value: 5 },
    { what: 'computerDnsName', value: false },
  ])('says of which machine $what is of another type', async ({ what, value }) => {
    const odd = { id: 'm1', [what]: value };
    const notes = { ...list, mistypedAt: [0], unclearAt: [0] };

    expect((await read(queries.findByIp, 200, { value: [odd] })).list).toEqual(notes);
    expect((await read(queries.machine, 200, odd)).list).toEqual(notes);
    expect((await read(queries.alertMachine, 200, odd)).list).toEqual(notes);
  });

  it.each(['https://api.example/api/machines?$skip=1', '?', 7])(
    'says that there is a next page if there is a link to one: %p',
    async (link) => {
      const page = { value: [{ id: 'm1' }], '@odata.nextLink': link };

      expect((await read(queries.fileMachines, 200, page)).list).toEqual({
        ...list,
        hasNext: true,
      });
      expect((await read(queries.machines, 200, { ...page, '@odata.nextLink': null })).list).toBe(
        undefined,
      );
    },
  );

  it.each([
    { what: 'as a number', count: 250, total: 250 },
    { what: 'that is none', count: '250', total: undefined },
    { what: 'below zero', count: -1, total: undefined },
  ])('reads a count $what', async ({ count, total }) => {
    const answer = await read(queries.machines, 200, {
      value: [{ id: 'm1' }],
      '@odata.count': count,
    });

    expect(answer.list?.total).toBe(total);
  });

  it('reads ids in one letter case, however they are written', async () => {
    const machine = { id: 'ABCdef', mergedIntoMachineId: 'FFee' };

    expect((await read(queries.machines, 200, { value: [machine] })).machines).toEqual([
      { id: 'abcdef', mergedIntoMachineId: 'ffee' },
    ]);
    const { alerts } = await read(queries.ipAlerts, 200, {
      value: [{ id: 'A1', machineId: 'ABC' }],
    });
    expect(alerts).toEqual([{ id: 'A1', machineId: 'abc' }]);
  });
});

describe('readDefenderAnswer() of a 404', () => {
  const body = failure('ResourceNotFound', 'Machine 12 was not found');

  it.each([queries.machine, queries.alertMachine, queries.file, queries.machines])(
    'is an answer for $endpoint',
    async (query) => {
      expect(await read(query, 404, body)).toEqual({
        status: 404,
        machines: [],
        alerts: [],
        file: null,
        correlationId: target,
      });
    },
  );

  it.each([queries.findByIp, queries.ipAlerts, queries.fileMachines])(
    'is a failure for $endpoint, which documents none',
    async (query) => {
      expect((await errorOf(query, 404, body)).code).toBe('defender.unavailable');
    },
  );

  it.each([
    { what: 'an unknown route, which answers nothing', body: '' },
    { what: 'a page of something in between', body: '<html>404</html>' },
    { what: "another service's JSON", body: { message: 'Resource not found', statusCode: 404 } },
  ])('is a failure from $what', async ({ body: foreign }) => {
    expect((await errorOf(queries.machine, 404, foreign)).code).toBe('defender.unavailable');
  });
});

describe('readDefenderAnswer() of an error', () => {
  it.each([
    { status: 400, body: failure('InvalidIpAddress', 'bad'), code: 'defender.rejected' },
    { status: 400, body: '<html>Bad Request</html>', code: 'defender.unavailable' },
    { status: 401, body: '', code: 'defender.unauthorized' },
    { status: 403, body: '<html>', code: 'defender.forbidden' },
    { status: 429, body: '', code: 'defender.throttled' },
    { status: 204, body: '', code: 'defender.unavailable' },
    { status: 206, body: '{"value":[]}', code: 'defender.unavailable' },
    { status: 302, body: '', code: 'defender.unavailable' },
    { status: 408, body: '', code: 'defender.unavailable' },
    { status: 500, body: failure('InternalServerError', ''), code: 'defender.unavailable' },
    { status: 502, body: '<html>', code: 'defender.unavailable' },
    { status: 503, body: '', code: 'defender.unavailable' },
  ])('is $code for $status', async ({ status, body, code }) => {
    expect(await errorOf(queries.ipAlerts, status, body)).toMatchObject({
      code,
      status,
      endpoint: 'ipAlerts',
    });
  });

  it('says what Defender said, on one line, with its correlation id', async () => {
    const error = await errorOf(
      queries.machine,
      401,
      failure(
        'Unauthorized',
        'Unauthorized request - reason of failure:\r\nAccount mode is inactive',
      ),
    );

    expect(error.message).toBe(
      'Cannot query machines/{id}: HTTP 401, Unauthorized request - reason of failure: Account mode is inactive',
    );
    expect(error.correlationId).toBe(target);
  });

  it.each([
    {
      wording: 'current',
      message:
        'Missing application roles. API required roles: Machine.Read.All,Machine.ReadWrite.All, application roles: Alert.ReadWrite.All.',
      roles: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    },
    {
      wording: 'current, with no role held',
      message:
        'Missing application roles. API required roles: Machine.ReadWrite.All, application roles: .',
      roles: ['Machine.ReadWrite.All'],
    },
    {
      wording: 'older',
      message:
        'The application does not have any of the required application permissions (Alert.Read.All, Alert.ReadWrite.All) to access the resource.',
      roles: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    },
    {
      wording: 'other',
      message: 'Tenant feature is not enabled',
      roles: ['File.Read.All'],
    },
  ])('names the roles of a 403 ($wording wording)', async ({ message, roles }) => {
    const error = await errorOf(queries.file, 403, failure('Forbidden', message));

    expect(error).toBeInstanceOf(DefenderForbiddenError);
    expect(error).toMatchObject({ requiredRoles: roles });
  });

  it.each([
    { retryAfter: '41', retryAfterMs: 41_000 },
    { retryAfter: 'Fri, 20 Nov 2026 08:01:00 GMT', retryAfterMs: 60_000 },
    { retryAfter: 'soon', retryAfterMs: null },
    { retryAfter: undefined, retryAfterMs: null },
  ])('hands on a Retry-After of $retryAfter', async ({ retryAfter, retryAfterMs }) => {
    const body = failure('429', 'API calls quota exceeded! maximum allowed 100 per 00:01:00');

    const error = await errorOf(queries.machine, 429, body, { 'retry-after': retryAfter });

    expect(error).toBeInstanceOf(DefenderThrottledError);
    expect(error).toMatchObject({ retryAfterMs });
  });
});
