import { readError, SimulatorHarness } from '../SimulatorHarness';

describe('answerControl', () => {
  let harness: SimulatorHarness;
  beforeEach(async () => {
    harness = await SimulatorHarness.start();
  });
  afterEach(async () => {
    await harness.close();
  });

  const post = async (body: unknown) =>
    harness.send('/__control', {
      method: 'POST',
      token: null,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('changes settings over HTTP and tells the state, without the secret', async () => {
    const reply = await post({
      throttle: { perMinute: 3, enforcer: 'sliding' },
      behaviour: { shape: 'future' },
      faults: [{ endpoint: 'file', fault: { kind: 'truncated' } }],
    });

    const state = await harness.get('/__control', { token: null });
    expect(reply.status).toBe(200);
    expect(state.text).toBe(reply.text);
    expect(state.json()).toMatchObject({
      throttle: { perMinute: 3, perHour: 1_500, enforcer: 'sliding' },
      behaviour: { shape: 'future', tenant: 'active' },
      directory: { roles: ['Machine.Read.All', 'Alert.Read.All', 'File.Read.All'] },
      faults: [
        { endpoint: 'file', fault: { kind: 'truncated' }, times: 1, after: 0, probability: 1 },
      ],
    });
    expect(state.text).not.toContain(harness.simulator.directory.clientSecret);
  });

  it('resets to how the simulator was started', async () => {
    const initial = (await harness.get('/__control', { token: null })).text;
    await post({
      throttle: { perMinute: 1 },
      faults: [{ endpoint: 'any', fault: { kind: 'noAnswer' } }],
    });
    harness.simulator.control({ behaviour: { tenant: 'noTvmLicense' } });

    const reply = await post({ reset: true });

    expect(reply.text).toBe(initial);
    expect(harness.simulator.log()).toEqual([]);
    expect((await harness.get('/api/machines?$top=1')).status).toBe(200);
  });

  it.each([
    { body: 'not JSON', names: 'JSON' },
    { body: '[]', names: 'expected object' },
    { body: { unknown: 1 }, names: 'unknown' },
    { body: { throttle: { perMinute: -1 } }, names: 'perMinute' },
    { body: { throttle: { perMinutes: 1 } }, names: 'perMinutes' },
    { body: { faults: [{ endpoint: 'nowhere', fault: { kind: 'noAnswer' } }] }, names: 'endpoint' },
    { body: { faults: [{ endpoint: 'file', fault: { kind: 'explode' } }] }, names: 'kind' },
    { body: { directory: { clientSecret: '' } }, names: 'clientSecret' },
  ])('answers 400 to $body and changes nothing', async ({ body, names }) => {
    const before = (await harness.get('/__control', { token: null })).text;

    const reply = await post(body);

    expect(reply.status).toBe(400);
    expect(reply.text).toContain(names);
    expect((await harness.get('/__control', { token: null })).text).toBe(before);
  });

  it('tells every request and the counters over HTTP', async () => {
    await harness.get('/api/machines?$top=1');
    await harness.get('/api/ips/10.1.2.3%27/alerts?a=%20b');
    await harness.get('/nowhere', { token: null });

    const reply = await harness.get('/__log', { token: null });

    const { managedIdentityClientId } = harness.simulator.directory;
    const [, list, alerts, nowhere] = harness.simulator.log();
    expect(list).toEqual({
      at: harness.clock.now(),
      method: 'GET',
      path: '/api/machines',
      rawUrl: '/api/machines?$top=1',
      query: { $top: '1' },
      endpoint: 'machines',
      hasAuthorization: true,
      appId: managedIdentityClientId,
      status: 200,
    });
    expect(alerts).toMatchObject({
      path: "/api/ips/10.1.2.3'/alerts",
      rawUrl: '/api/ips/10.1.2.3%27/alerts?a=%20b',
      query: { a: ' b' },
      endpoint: 'ipAlerts',
      status: 400,
    });
    expect(nowhere).toMatchObject({
      endpoint: 'none',
      hasAuthorization: false,
      appId: null,
      status: 404,
    });
    expect(reply.json()).toEqual({
      requests: harness.simulator.log(),
      counters: harness.simulator.counters(),
    });
  });

  it('lets faults be cleared and the log alone be emptied', async () => {
    await post({
      faults: [{ endpoint: 'machines', times: 'always', fault: { kind: 'error', status: 500 } }],
    });
    const failed = await harness.get('/api/machines');
    await post({ clearFaults: true, clearLog: true });
    const answered = await harness.get('/api/machines?$top=1');

    expect(readError(failed).code).toBe('InternalServerError');
    expect(answered.status).toBe(200);
    expect(harness.simulator.log()).toHaveLength(1);
  });
});
