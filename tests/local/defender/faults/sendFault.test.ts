import { gunzipSync } from 'node:zlib';
import type { ControlRequest } from '../../../../local/defender/SimulatorState';
import { WELL_KNOWN } from '../../../../local/defender/wellKnown';
import { readError, readList, type Reply, SimulatorHarness } from '../SimulatorHarness';

type FaultInput = NonNullable<ControlRequest['faults']>[number]['fault'];

const PATH = `/api/machines/${WELL_KNOWN.machines.workstation.id}`;

describe('sendFault', () => {
  let harness: SimulatorHarness;
  let right: Reply;
  beforeAll(async () => {
    harness = await SimulatorHarness.start({ throttle: { perMinute: 1_000 } });
    right = await harness.get(PATH);
  });
  afterEach(() => {
    harness.simulator.control({ clearFaults: true });
  });
  afterAll(async () => {
    await harness.close();
  });

  const getWith = async (fault: FaultInput, headers = {}): Promise<Reply> => {
    harness.simulator.control({ faults: [{ endpoint: 'machine', fault }] });
    return harness.get(PATH, { headers });
  };

  it.each([
    { status: 500, code: 'InternalServerError', message: '' },
    { status: 503, code: 'InternalServerError', message: '' },
    { status: 404, code: 'ResourceNotFound', message: 'Resource was not found' },
    { status: 403, code: 'Forbidden', message: 'Forbidden' },
    {
      status: 429,
      code: '429',
      message: 'API calls quota exceeded! maximum allowed 100 per 00:01:00',
    },
  ])('error sends $status $code, once, without Retry-After', async ({ status, code, message }) => {
    const reply = await getWith({ kind: 'error', status });
    const next = await harness.get(PATH);

    expect(reply.status).toBe(status);
    expect(readError(reply)).toMatchObject({ code, message });
    expect(reply.headers).not.toHaveProperty('retry-after');
    expect(next.text).toBe(right.text);
  });

  it('error sends the given code, message and Retry-After', async () => {
    const reply = await getWith({
      kind: 'error',
      status: 401,
      code: 'X',
      message: 'Y',
      retryAfterSeconds: 0,
    });

    expect(readError(reply)).toMatchObject({ code: 'X', message: 'Y' });
    expect(reply.headers['retry-after']).toBe('0');
  });

  it('cpuQuota sends 429 below the count quota', async () => {
    const reply = await getWith({ kind: 'cpuQuota', retryAfterSeconds: 30 });

    expect([reply.status, reply.headers['retry-after']]).toEqual([429, '30']);
    expect(readError(reply).code).toBe('TooManyRequests');
  });

  it('disconnect cuts the connection', async () => {
    await expect(getWith({ kind: 'disconnect' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(harness.simulator.log().at(-1)).toMatchObject({ endpoint: 'machine', status: null });
  });

  it('slow sends the right answer piece by piece', async () => {
    const startedAt = harness.clock.now();
    const sent = getWith({ kind: 'slow', chunks: 5, intervalMs: 700 });
    for (let chunk = 0; chunk < 5; chunk++) {
      await harness.clock.untilPendingIn(700);
      await harness.clock.advance(700);
    }
    const reply = await sent;

    expect(reply.text).toBe(right.text);
    expect(harness.clock.now() - startedAt).toBe(5 * 700);
    expect(harness.clock.pendingInMs).toEqual([]);
  });

  it('truncated ends in the middle of the right answer', async () => {
    const reply = await getWith({ kind: 'truncated' });

    expect(reply.status).toBe(200);
    expect(right.text.startsWith(reply.text)).toBe(true);
    expect(() => reply.json()).toThrow(SyntaxError);
  });

  it.each([
    { title: 'HTML by default', fault: {}, type: 'text/html; charset=utf-8', text: /^<html>/ },
    { title: 'nothing', fault: { body: '' }, type: 'text/html; charset=utf-8', text: /^$/ },
    {
      title: 'JSON of another type',
      fault: { body: '[1]', contentType: 'application/json' },
      type: 'application/json',
      text: /^\[1\]$/,
    },
  ])('body sends 200 with $title', async ({ fault, type, text }) => {
    const reply = await getWith({ kind: 'body', ...fault });

    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe(type);
    expect(reply.text).toMatch(text);
  });

  it('giant sends valid JSON of at least that size', async () => {
    const reply = await getWith({ kind: 'giant', megabytes: 2 });

    expect(reply.bytes.length).toBeGreaterThanOrEqual(2 * 1_048_576);
    expect(reply.json()).toHaveProperty('value', []);
  });

  it('gzipBomb sends a body that grows several hundred times', async () => {
    const reply = await getWith({ kind: 'gzipBomb', megabytes: 8 });

    const content = gunzipSync(reply.bytes);
    expect(reply.headers['content-encoding']).toBe('gzip');
    expect(content.length).toBeGreaterThanOrEqual(8 * 1_048_576);
    expect(reply.bytes.length * 300).toBeLessThan(content.length);
  });

  it.each([301, 302, 307, 308] as const)('redirect sends %s to the given place', async (status) => {
    const location = 'https://attacker.example/api/machines';
    const reply = await getWith({ kind: 'redirect', status, location });

    expect([reply.status, reply.headers.location]).toEqual([status, location]);
  });

  it.each(['http://attacker.example/api/machines?$skip=1', '//attacker.example', '\u0000"\\', ''])(
    'nextLink adds %j to the right answer',
    async (value) => {
      const fault = { kind: 'nextLink', value } as const;
      harness.simulator.control({ faults: [{ endpoint: 'machines', fault }] });

      const reply = readList(await harness.get('/api/machines?$top=3'));

      expect(reply['@odata.nextLink']).toBe(value);
      expect(reply.value).toHaveLength(3);
    },
  );

  it('is compressed like any answer', async () => {
    const reply = await getWith({ kind: 'error', status: 500 }, { 'accept-encoding': 'gzip' });

    expect(gunzipSync(reply.bytes).toString()).toContain('InternalServerError');
  });

  it('counts faulty calls in the quota, and refuses them first', async () => {
    harness.simulator.control({
      throttle: { perMinute: 1 },
      faults: [{ endpoint: 'machine', times: 2, fault: { kind: 'error', status: 500 } }],
    });

    const statuses = [(await harness.get(PATH)).status, (await harness.get(PATH)).status];

    expect(statuses).toEqual([500, 429]);
    harness.simulator.control({ reset: true });
  });
});
