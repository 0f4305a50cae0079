import { type Behaviour, DEFAULT_BEHAVIOUR } from '../../local/defender/Behaviour';
import { WELL_KNOWN } from '../../local/defender/wellKnown';
import type { EnrichmentRecord } from '../../shared/records/EnrichmentRecord';
import { ask, post, undescribed } from '../support/askApi';
import { LocalStack } from '../support/LocalStack';

const { machines, ips, files, alerts, unknown, ambiguousName, sharedAddress } = WELL_KNOWN;

describe('The HTTP routes', () => {
  let stack: LocalStack;
  let base: string;
  beforeAll(async () => {
    const settings = {
      HTTP_AUTH: 'none',
      WEBSITE_HOSTNAME: 'enricher.example',
      INTERACTIVE_MAX_PER_MINUTE: '90',
    };
    stack = await LocalStack.start({ settings });
    base = `http://127.0.0.1:${await (await stack.addHost()).ready()}/api`;
  }, 60_000);
  afterAll(() => stack.close());
  afterEach(() => {
    stack.emulators.defender.control({ clearFaults: true });
  });

  const asked = (from: number) =>
    stack.emulators.defender
      .log()
      .slice(from)
      .filter(({ endpoint }) => endpoint !== 'none');

  it.each([
    {
      route: 'ips/{ip}/machines',
      name: 'ipMachines',
      path: `/ips/${machines.workstation.ip}/machines?at=${new Date().toISOString()}`,
      expected: { outcome: 'found', machineId: machines.workstation.id },
    },
    {
      route: 'ips/{ip}/machines of an external address',
      name: 'ipMachines',
      path: `/ips/${ips.externalWithAlerts}/machines`,
      expected: { outcome: 'notSeen', reason: 'ip.external' },
    },
    {
      route: 'ips/{ip}/alerts',
      name: 'ipAlerts',
      path: `/ips/${ips.externalWithAlerts}/alerts`,
      expected: { outcome: 'found', alerts: 2 },
    },
    {
      route: 'files/{hash}/machines',
      name: 'fileMachines',
      path: `/files/${files.eicar.sha256}/machines`,
      expected: { outcome: 'found', machines: files.eicar.machineCount },
    },
    {
      route: 'alerts/{alertId}/machine',
      name: 'alertMachine',
      path: `/alerts/${alerts.onServer}/machine`,
      expected: { outcome: 'found', machineId: machines.server.id },
    },
    {
      route: 'machines/{id}',
      name: 'machine',
      path: `/machines/${machines.server.id}`,
      expected: { outcome: 'found', machineId: machines.server.id },
    },
    {
      route: 'machines/{name}',
      name: 'machine',
      path: `/machines/${machines.workstation.computerDnsName}`,
      expected: { outcome: 'found', machineId: machines.workstation.id },
    },
    {
      route: 'machines/{name} of a phone',
      name: 'machine',
      path: `/machines/${encodeURIComponent(machines.phone.computerDnsName)}`,
      expected: { outcome: 'found', machineId: machines.phone.id },
    },
    {
      route: 'machines/{id} of Entra',
      name: 'machine',
      path: `/machines/${machines.phone.aadDeviceId}`,
      expected: { outcome: 'found', machines: 1 },
    },
    {
      route: 'machines/{name} of nobody',
      name: 'machine',
      path: `/machines/${unknown.host}`,
      expected: { outcome: 'notSeen', reason: 'defender.notFound' },
    },
    {
      route: 'ips/{ip}/machines of a network',
      name: 'ipMachines',
      path: `/ips/${machines.workstation.ip}%2F24/machines?at=${new Date().toISOString()}`,
      expected: { outcome: 'invalid', reason: 'ip.malformed' },
    },
    {
      route: 'machines/{id} in braces',
      name: 'machine',
      path: `/machines/%7B${machines.phone.aadDeviceId}%7D`,
      expected: { outcome: 'invalid', reason: 'machine.malformed' },
    },
    {
      route: 'ips/{ip}/machines of an odd address',
      name: 'ipMachines',
      path: '/ips/127.0.0.1/machines',
      expected: { outcome: 'invalid', reason: 'ip.notRoutable' },
    },
  ])('answer $route with 200 and a record', async ({ name, path, expected }) => {
    const answer = await ask(base, path);
    const { status, body, headers } = answer;

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
    expect(undescribed(name, answer)).toEqual([]);
  });

  const { workstation, server } = machines;
  const named = workstation.computerDnsName;
  const seenNow = `/ips/${workstation.ip}/machines?at=${new Date().toISOString()}`;
  it.each<{ when: string; behaviour: Partial<Behaviour>; path: string }>([
    {
      when: 'a list of namesakes is cut short',
      behaviour: { pageCap: 1 },
      path: `/machines/${ambiguousName.computerDnsName}`,
    },
    {
      when: 'a list by address is cut short',
      behaviour: { pageCap: 1 },
      path: `/ips/${sharedAddress.ip}/machines?at=${new Date().toISOString()}`,
    },
    ...[`/machines/${workstation.id}`, `/machines/${named}`, seenNow].map((path) => ({
      when: `a status cannot be read (${path.split('?')[0]})`,
      behaviour: { statusMistyped: [workstation.id] },
      path,
    })),
    ...[`/machines/${workstation.id}`, `/machines/${named}`].map((path) => ({
      when: `another record comes (${path})`,
      behaviour: { mistaken: { [workstation.id]: server.id } },
      path,
    })),
  ])('name no machine to act on when $when', async ({ behaviour, path }) => {
    stack.emulators.defender.control({ behaviour });

    const { body } = await ask(base, `${path}${path.includes('?') ? '&' : '?'}maxAgeMs=0`);

    stack.emulators.defender.control({ behaviour: DEFAULT_BEHAVIOUR });
    expect(body).toMatchObject({
      outcome: 'found',
      summary: { matchStrength: 'weak', machineId: null },
    });
  });

  it('go on by name where the service refuses to count', async () => {
    stack.emulators.defender.control({ behaviour: { count: 'reject' } });

    const { body } = await ask(base, `/machines/${named}?maxAgeMs=0`);

    stack.emulators.defender.control({ behaviour: DEFAULT_BEHAVIOUR });
    expect(body).toMatchObject({ outcome: 'found', summary: { machineId: workstation.id } });
  });

  it.each([
    { name: 'health', path: '/health', expected: { status: 200 } },
    { name: 'status', path: '/status', expected: { status: 200 } },
    { name: 'openapi', path: '/openapi.json', expected: { status: 200 } },
    { name: 'machines', path: '/machines?top=3', expected: { status: 200 } },
    { name: 'inventoryLatest', path: '/inventory/latest', expected: { status: 404 } },
  ])('answer $name as described', async ({ name, path, expected }) => {
    const answer = await ask(base, path);

    expect(answer).toMatchObject(expected);
    expect(undescribed(name, answer)).toEqual([]);
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

  it.each([
    { given: 'lastSeen gt 2018-08-01Z', sent: 'lastSeen gt 2018-08-01T00:00:00Z' },
    { given: "HealthStatus eq 'Active'", sent: "healthStatus eq 'Active'" },
  ])("send Microsoft's own example $given in Defender's spelling", async ({ given, sent }) => {
    const before = stack.emulators.defender.log().length;

    const { status } = await ask(base, `/machines?filter=${encodeURIComponent(given)}&top=1`);

    expect(status).toBe(200);
    expect(asked(before).map(({ query }) => query['$filter'])).toEqual([sent]);
  });

  it('read a plus in a time that was not escaped', async () => {
    const at = new Date(Date.now() - 60_000).toISOString().replace('Z', '+00:00');

    const { status, body } = await ask(base, `/ips/${machines.workstation.ip}/machines?at=${at}`);

    expect(status).toBe(200);
    expect(body.indicator?.observedAt).toBe(at.replace('+00:00', 'Z'));
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
    const answer = await ask(base, '/ingest', post({ ip: machines.server.ip }));

    await stack.until(() => stack.published.length > 0);
    expect(answer.status).toBe(202);
    expect(undescribed('ingest', answer)).toEqual([]);
    expect(stack.published[0]?.record.request).toMatchObject({
      id: answer.body['requestId'],
      channel: 'queue',
    });
  });

  it('give the whole of a record that was shortened for the queue', async () => {
    const before = stack.published.length;
    await ask(base, '/ingest', post({ ip: WELL_KNOWN.crowd.ip }));
    await stack.until(() => stack.published.length > before);
    const shortened = stack.published.at(-1)?.record;

    const answer = await ask(base, `/results/${shortened?.lookupId}`);

    expect(answer.status).toBe(200);
    expect(undescribed('wholeRecord', answer)).toEqual([]);
    expect(shortened?.truncated).toMatchObject({
      url: `https://enricher.example/api/results/${shortened?.lookupId}`,
    });
    expect(answer.body.machines).toHaveLength(WELL_KNOWN.crowd.machineCount);
    expect(shortened?.machines.length).toBeLessThan(answer.body.machines?.length ?? 0);
  });

  it('start a snapshot, and show the manifest of the newest one', async () => {
    const started = await ask(base, '/inventory/runs', { method: 'POST' });
    await stack.until(() => stack.isIdle(['inventory-pages']));
    const latest = await ask(base, '/inventory/latest');

    expect(started.status).toBe(202);
    expect(started.headers.get('location')).toBe('https://enricher.example/api/status');
    expect(undescribed('inventoryRuns', started)).toEqual([]);
    expect(latest).toMatchObject({ status: 200, body: { runId: started.body['runId'] } });
    expect(undescribed('inventoryLatest', latest)).toEqual([]);
  });

  it('answer several indicators at once, in their order, invalid ones included', async () => {
    const indicators = [
      { ip: 'nonsense' },
      { machineId: machines.server.id, ref: 'b' },
      'what is this?',
      { alertId: alerts.unknown },
      null,
    ];

    const answer = await ask(
      base,
      '/enrich',
      post({ id: 4711, priority: 'Informational', indicators }),
    );

    expect(answer.status).toBe(200);
    expect(undescribed('enrich', answer)).toEqual([]);
    const { body } = answer;
    const results = body['results'] as EnrichmentRecord[];
    expect(body).toMatchObject({
      status: 'completed',
      total: 4,
      done: 4,
      pending: [],
      statusUrl: null,
      ignored: [{ path: 'priority', code: 'field.malformed' }],
      leftOut: [{ value: 'null', path: 'indicators[4]', reason: { code: 'entry.empty' } }],
    });
    expect(results.map(({ outcome, final }) => ({ outcome, final }))).toEqual([
      { outcome: 'invalid', final: true },
      { outcome: 'found', final: true },
      { outcome: 'invalid', final: true },
      { outcome: 'notSeen', final: false },
    ]);
    expect(results[1]).toMatchObject({
      request: { eventId: '4711', leftOutCount: 1 },
      indicator: { ref: 'b' },
    });
  });

  it('echo a correlation id, and make one where there is none', async () => {
    const headers = { 'x-correlation-id': 'run-42' };

    const echoed = await ask(base, '/nothing', { headers });
    const made = await ask(base, '/nothing');

    expect(echoed.headers.get('x-correlation-id')).toBe('run-42');
    expect(made.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
