import { WELL_KNOWN } from '../../local/defender/wellKnown';
import type { EnrichmentRecord } from '../../shared/enrichment/EnrichmentRecord';
import { LocalStack } from '../support/LocalStack';

const { machines, ips, files, alerts, unknown } = WELL_KNOWN;

/** An answer as a client sees it; the body is read as far as the tests need. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Partial<EnrichmentRecord> & {
    readonly code?: string;
    readonly detail?: string;
    readonly [field: string]: unknown;
  };
}

async function ask(base: string, path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(`${base}${path}`, init);
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Answer['body'];
  return { status: response.status, headers: response.headers, body };
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** Every path that a lookup by these routes may lead to. */
const INTENDED =
  /^\/api\/(?:ips\/[0-9a-f.:]+\/alerts|files\/[0-9a-f]{40}\/machines|files\/[0-9a-f]{32,64}|alerts\/[\w-]+\/machine|machines\/[0-9a-f]{40}|machines\?\$top=1000&\$skip=0&\$filter=(?:[\w.()-]|%2[0-9a-f]|%28|%29)+)$/i;

const hostileValues = sampleOf(200);

/** The nastiest texts first, then as many generated ones as are wanted. */
function sampleOf(count: number): readonly string[] {
  const { ip } = machines.workstation;
  const tails = [
    "'",
    "' or 1 eq 1",
    '/../../machines',
    '%2f..',
    '\0',
    '\r\nx: y',
    '?x=1',
    '#x',
    '\u202e',
    ')',
  ];
  const bases = [
    ip,
    files.eicar.sha1,
    alerts.onServer,
    machines.server.id,
    'srv',
    '..',
    '',
    '$',
    '::1',
    '[::1]',
  ];
  return bases
    .flatMap((start) => tails.flatMap((tail) => [`${start}${tail}`, `${tail}${start}`]))
    .slice(0, count);
}

describe('The HTTP routes', () => {
  let stack: LocalStack;
  let base: string;
  beforeAll(async () => {
    stack = await LocalStack.start({ settings: { HTTP_AUTH: 'none' } });
    base = `http://127.0.0.1:${await (await stack.addHost()).ready()}/api`;
  }, 60_000);
  afterAll(() => stack.close());
  afterEach(() => {
    stack.emulators.defender.control({ faults: [] });
  });

  const asked = (from: number) =>
    stack.emulators.defender
      .log()
      .slice(from)
      .filter(({ endpoint }) => endpoint !== 'none');

  it.each([
    {
      route: 'ips/{ip}/machines',
      path: `/ips/${machines.workstation.ip}/machines?at=${new Date().toISOString()}`,
      expected: { outcome: 'found', machineId: machines.workstation.id },
    },
    {
      route: 'ips/{ip}/machines of an external address',
      path: `/ips/${ips.externalWithAlerts}/machines`,
      expected: { outcome: 'notSeen', reason: 'ip.external' },
    },
    {
      route: 'ips/{ip}/alerts',
      path: `/ips/${ips.externalWithAlerts}/alerts`,
      expected: { outcome: 'found', alerts: 2 },
    },
    {
      route: 'files/{hash}/machines',
      path: `/files/${files.eicar.sha256}/machines`,
      expected: { outcome: 'found', machines: files.eicar.machineCount },
    },
    {
      route: 'alerts/{alertId}/machine',
      path: `/alerts/${alerts.onServer}/machine`,
      expected: { outcome: 'found', machineId: machines.server.id },
    },
    {
      route: 'machines/{id}',
      path: `/machines/${machines.server.id}`,
      expected: { outcome: 'found', machineId: machines.server.id },
    },
    {
      route: 'machines/{name}',
      path: `/machines/${machines.workstation.computerDnsName}`,
      expected: { outcome: 'found', machineId: machines.workstation.id },
    },
    {
      route: 'machines/{name} of nobody',
      path: `/machines/${unknown.host}`,
      expected: { outcome: 'notSeen', reason: 'defender.notFound' },
    },
    {
      route: 'ips/{ip}/machines of an odd address',
      path: '/ips/127.0.0.1/machines',
      expected: { outcome: 'invalid', reason: 'ip.notRoutable' },
    },
  ])('answer $route with 200 and a record', async ({ path, expected }) => {
    const { status, body, headers } = await ask(base, path);

    const { outcome, summary, machines: found, alerts: named, reason, request } = body;
    const actual = {
      outcome,
      machineId: summary?.machineId,
      machines: found?.length,
      alerts: named?.length,
      reason: reason?.code,
    };
    expect({ status, ...actual }).toMatchObject({ status: 200, ...expected });
    expect(request?.channel).toBe('http');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('ask for what the route is about, and for nothing else', async () => {
    const before = stack.emulators.defender.log().length;

    await ask(base, '/ips/10.77.1.1/machines');
    await ask(base, '/ips/10.77.1.1/alerts');

    const endpoints = asked(before).map(({ endpoint }) => endpoint);
    expect(endpoints).toEqual(['findByIp', 'machines', 'ipAlerts']);
  });

  it('leave the queues alone', () => {
    expect(stack.published).toEqual([]);
    expect(stack.quarantined).toEqual([]);
  });

  it('ask past the cache with maxAgeMs=0', async () => {
    const path = `/machines/${machines.sparse.id}`;

    const first = await ask(base, path);
    const second = await ask(base, path);
    const fresh = await ask(base, `${path}?maxAgeMs=0`);

    const fromCache = [first, second, fresh].map(({ body }) => body.evidence?.[0]?.fromCache);
    expect(fromCache).toEqual([false, true, false]);
  });

  it('share the call of equal requests in flight', async () => {
    stack.emulators.defender.control({
      faults: [{ endpoint: 'machine', fault: { kind: 'slow', chunks: 2, intervalMs: 150 } }],
    });
    const before = stack.emulators.defender.log().length;

    const path = `/machines/${machines.discovered.id}`;
    const answers = await Promise.all([1, 2, 3].map(() => ask(base, path)));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(asked(before)).toHaveLength(1);
  });

  it('page through machines, with nextSkip null on the last page', async () => {
    const filter = encodeURIComponent(
      `computerDnsName eq '${WELL_KNOWN.sharedName.computerDnsName}'`,
    );

    const first = await ask(base, `/machines?filter=${filter}&top=2`);
    const last = await ask(base, `/machines?filter=${filter}&top=2&skip=2`);

    expect(first.body).toMatchObject({ returned: 2, nextSkip: 2 });
    expect(last.body).toMatchObject({ returned: 1, nextSkip: null });
    expect(first.body.evidence).toMatchObject([{ endpoint: 'machines', status: 200 }]);
  });

  it('take SIEM payloads in, and say the id that their records carry', async () => {
    const { status, body } = await ask(base, '/ingest', post({ ip: machines.server.ip }));

    await stack.until(() => stack.published.length > 0);
    expect(status).toBe(202);
    expect(stack.published[0]?.record.request).toMatchObject({
      id: body['requestId'],
      channel: 'queue',
    });
  });

  it('answer several indicators at once, in their order, invalid ones included', async () => {
    const indicators = [
      { ip: 'nonsense' },
      { machineId: machines.server.id, ref: 'b' },
      { alertId: alerts.unknown },
    ];

    const { status, body } = await ask(base, '/enrich', post({ id: 'i-1', indicators }));

    expect(status).toBe(200);
    const results = body['results'] as EnrichmentRecord[];
    expect(body).toMatchObject({ status: 'completed', total: 3, done: 3, pending: [] });
    expect(results.map(({ outcome, final }) => ({ outcome, final }))).toEqual([
      { outcome: 'invalid', final: true },
      { outcome: 'found', final: true },
      { outcome: 'notSeen', final: false },
    ]);
    expect(results[1]).toMatchObject({ request: { eventId: 'i-1' }, indicator: { ref: 'b' } });
  });

  it.each([
    {
      title: 'an unknown route',
      path: '/nothing/here',
      expected: { status: 404, code: 'request.unknownRoute' },
    },
    {
      title: 'an unknown poll id',
      path: `/requests/p_${'A'.repeat(43)}`,
      expected: { status: 404, code: 'request.unknown' },
    },
    {
      title: 'an unknown result',
      path: `/results/l_${'0'.repeat(40)}`,
      expected: { status: 404, code: 'result.unknown' },
    },
    {
      title: 'a wrong method',
      path: '/enrich',
      init: { method: 'DELETE' },
      expected: { status: 405, allow: 'POST' },
    },
    {
      title: 'a value that is no such indicator',
      path: '/ips/banana/machines',
      expected: { status: 400, parameter: 'ip' },
    },
    {
      title: 'an unknown parameter',
      path: '/ips/10.1.2.3/alerts?colour=red',
      expected: { status: 400, parameter: 'colour' },
    },
    {
      title: 'a malformed parameter',
      path: '/ips/10.1.2.3/machines?at=yesterday',
      expected: { status: 400, parameter: 'at' },
    },
    {
      title: 'another format',
      path: '/ips/10.1.2.3/machines?format=ecs',
      expected: { status: 400, parameter: 'format' },
    },
    {
      title: 'a dry run',
      path: '/ingest?dryRun=true',
      init: post('10.1.2.3'),
      expected: { status: 400, parameter: 'dryRun' },
    },
    {
      title: 'a malformed filter',
      path: `/machines?filter=${encodeURIComponent("osPlatform like 'Windows'")}`,
      expected: { status: 400, parameter: 'filter' },
      detail: /position 12.*eq, ne.*like/,
    },
    {
      title: 'a body that is not JSON',
      path: '/enrich',
      init: post('{"indicators"'),
      expected: { status: 400, code: 'request.notJson' },
    },
    {
      title: 'an unknown field',
      path: '/enrich',
      init: post({ indicators: [{ ip: '10.1.2.3', colour: 'red' }] }),
      expected: { status: 400, field: 'indicators[0].colour' },
    },
    {
      title: 'too many indicators',
      path: '/enrich',
      init: post({ indicators: Array.from({ length: 101 }, () => '10.1.2.3') }),
      expected: { status: 400, field: 'indicators' },
    },
    {
      title: 'a body that is too large',
      path: '/enrich',
      init: post(' '.repeat(256 * 1024 + 1)),
      expected: { status: 413, code: 'request.tooLarge' },
    },
    {
      title: 'a payload that cannot be read',
      path: '/ingest',
      init: post('{"ip":'),
      expected: { status: 422, code: 'message.notJson' },
    },
  ])('refuse $title with a problem', async ({ path, init, expected, detail = /./ }) => {
    const { status, headers, body } = await ask(base, path, init);

    expect({ ...body, status, allow: headers.get('allow') }).toMatchObject(expected);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.detail).toMatch(detail);
  });

  it.each([
    { parameter: 'ip', route: (value: string) => `/ips/${value}/alerts` },
    { parameter: 'hash', route: (value: string) => `/files/${value}/machines` },
    { parameter: 'alertId', route: (value: string) => `/alerts/${value}/machine` },
    { parameter: 'idOrName', route: (value: string) => `/machines/${value}` },
  ])('refuse 200 hostile values of $parameter, or ask Defender as intended', async ({ route }) => {
    const before = stack.emulators.defender.log().length;

    const statuses = new Set<number>();
    for (const [index, value] of hostileValues.entries()) {
      // Each from a caller of its own, so that no budget ends the test early.
      const headers = { 'x-functions-key': `caller ${index}` };
      statuses.add((await ask(base, route(encodeURIComponent(value)), { headers })).status);
    }

    const targets = asked(before).map(({ rawUrl }) => rawUrl);
    expect(hostileValues).toHaveLength(200);
    expect([...statuses].filter((status) => ![200, 400, 404, 429].includes(status))).toEqual([]);
    expect(targets.filter((target) => !INTENDED.test(target))).toEqual([]);
  });

  it('echo a correlation id, and make one where there is none', async () => {
    const headers = { 'x-correlation-id': 'run-42' };

    const echoed = await ask(base, '/nothing', { headers });
    const made = await ask(base, '/nothing');

    expect(echoed.headers.get('x-correlation-id')).toBe('run-42');
    expect(made.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answer 503 with Retry-After when Defender fails', async () => {
    stack.emulators.defender.control({
      faults: [{ endpoint: 'fileMachines', fault: { kind: 'error', status: 503 } }],
    });

    const answer = await ask(base, `/files/${files.unknown.sha1}/machines`);

    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 503,
      code: 'defender.unavailable',
    });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('answer 429 with Retry-After when Defender throttles', async () => {
    stack.emulators.defender.control({
      faults: [{ endpoint: 'file', fault: { kind: 'cpuQuota', retryAfterSeconds: 40 } }],
    });

    const answer = await ask(base, `/files/${files.unknown.sha256}/machines`);

    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 429,
      code: 'quota.noSlot',
    });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(30);
  });

  it('answer 424 naming the grant when Defender refuses our rights', async () => {
    stack.emulators.defender.control({
      faults: [
        { endpoint: 'alertMachine', fault: { kind: 'error', status: 403 }, times: 'always' },
      ],
    });

    const { status, body } = await ask(base, `/alerts/${alerts.guid}/machine`);

    expect({ status, code: body.code }).toEqual({ status: 424, code: 'defender.forbidden' });
    expect(body.detail).toContain('Machine.Read.All');
  });
});

describe('An HTTP request without a slot in time', () => {
  let stack: LocalStack;
  let base: string;
  beforeAll(async () => {
    const settings = {
      HTTP_AUTH: 'none',
      INTERACTIVE_MAX_PER_MINUTE: '1',
      INTERACTIVE_RESERVE_PER_MINUTE: '1',
      INTERACTIVE_MAX_WAIT_MS: '500',
    };
    stack = await LocalStack.start({ settings });
    base = `http://127.0.0.1:${await (await stack.addHost()).ready()}/api`;
    await ask(base, `/machines/${machines.sparse.id}`);
  }, 60_000);
  afterAll(() => stack.close());

  /** The answer to a first poll, and to one when the queues are empty. */
  async function poll({ headers }: Answer): Promise<{ early: Answer; last: Answer }> {
    const location = headers.get('location') ?? '';
    const early = await ask(location, '');
    await stack.until(() => stack.isIdle());
    return { early, last: await ask(location, '') };
  }

  it('is told when the next slot is', async () => {
    const { status, headers } = await ask(base, `/machines/${machines.server.id}`);

    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(10);
  });

  it('goes on in the queue if it says so, and is polled', async () => {
    const accepted = await ask(base, `/machines/${machines.server.id}?async=true`);
    const { early, last } = await poll(accepted);

    expect(accepted.status).toBe(202);
    expect(accepted.headers.get('location')).toMatch(new RegExp(`^${base}/requests/p_[\\w-]{43}$`));
    expect(accepted.body).toMatchObject({
      status: 'running',
      total: 1,
      done: 0,
      pending: [{ position: 1, indicator: { value: machines.server.id } }],
    });
    expect(early.status).toBe(202);
    expect(early.headers.get('location')).toBe(accepted.headers.get('location'));
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(last).toMatchObject({ status: 200, body: { status: 'completed', done: 1 } });
    expect(last.body['results']).toMatchObject([{ outcome: 'found' }]);
  });

  it('gets cached answers at once and the rest by polling, in the order of the input', async () => {
    const indicators = [
      { machineId: machines.longName.id },
      { machineId: machines.server.id },
      { ip: '127.0.0.1' },
      { machineId: machines.bareName.id },
    ];

    const accepted = await ask(base, '/enrich', post({ indicators, waitMs: 1000 }));
    const { last } = await poll(accepted);

    expect(accepted).toMatchObject({ status: 202, body: { total: 4, done: 2 } });
    const values = (last.body['results'] as EnrichmentRecord[]).map(({ outcome, indicator }) => [
      indicator.value,
      outcome,
    ]);
    expect(values).toEqual([
      [machines.longName.id, 'found'],
      [machines.server.id, 'found'],
      ['127.0.0.1', 'invalid'],
      [machines.bareName.id, 'found'],
    ]);
  });

  it('has its records in its own state only', () => {
    expect(stack.published).toEqual([]);
    expect(stack.quarantined).toEqual([]);
  });
});
