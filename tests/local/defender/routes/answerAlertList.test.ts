import { readError, readIds, SimulatorHarness } from '../SimulatorHarness';

describe('answerAlertList', () => {
  let harness: SimulatorHarness;
  beforeAll(async () => {
    harness = await SimulatorHarness.start();
  });
  afterEach(() => {
    harness.simulator.control({ reset: true });
    harness.forgetToken();
  });
  afterAll(async () => {
    await harness.close();
  });

  const someIds = (): readonly string[] =>
    harness.simulator.fleet.allAlerts.slice(0, 3).map(({ id }) => id);
  const filtered = (filter: string): string => `/api/alerts?$filter=${encodeURIComponent(filter)}`;
  const listOf = (ids: readonly string[]): string =>
    `id in (${ids.map((id) => `'${id}'`).join(',')})`;

  it('answers the alerts that a list of ids names, in any case, and leaves out what it does not know', async () => {
    const [one = '', other = ''] = someIds();

    const reply = await harness.get(filtered(listOf([one.toUpperCase(), other, 'da0_0'])));

    expect(readIds(reply).sort()).toEqual([one, other].sort());
  });

  it('says of each alert which machine it is about, and holds the evidence back', async () => {
    const [id = ''] = someIds();
    const { machineId } = harness.simulator.fleet.alert(id) ?? {};

    const reply = await harness.get(filtered(`id eq '${id}'`));

    expect(reply.json()).toMatchObject({ value: [{ id, machineId, evidence: [] }] });
  });

  it('takes $top, and fills it', async () => {
    expect(readIds(await harness.get('/api/alerts?$top=2'))).toHaveLength(2);
  });

  it.each([
    { query: '$filter=computerDnsName%20eq%20%27x%27' },
    { query: '$count=true' },
    { query: '$top=10001' },
  ])('refuses $query', async ({ query }) => {
    const reply = await harness.get(`/api/alerts?${query}`);

    expect(reply.status).toBe(400);
    expect(readError(reply).code).toBe('ODataError');
  });

  it('needs the right to read alerts', async () => {
    harness.simulator.control({ directory: { roles: ['Machine.Read.All'] } });

    const reply = await harness.get('/api/alerts');

    expect(reply.status).toBe(403);
    expect(readError(reply).message).toContain('Alert.Read.All');
  });

  it('has limits of its own', async () => {
    harness.simulator.control({ throttle: { perMinute: 1 } });
    await harness.get('/api/machines?$top=1');

    expect((await harness.get('/api/alerts?$top=1')).status).toBe(200);
    expect((await harness.get('/api/alerts?$top=1')).status).toBe(429);
  });
});
