import type { Machine } from '../../../../local/defender/entities/Machine';
import { WELL_KNOWN } from '../../../../local/defender/wellKnown';
import { readError, readIds, readList, SimulatorHarness } from '../SimulatorHarness';

const { machines, sharedName, ambiguousName } = WELL_KNOWN;

describe('answerMachineList', () => {
  let harness: SimulatorHarness;
  beforeAll(async () => {
    harness = await SimulatorHarness.start({ throttle: { perMinute: 1_000 } });
  });
  afterEach(() => {
    harness.simulator.control({ reset: true });
  });
  afterAll(async () => {
    await harness.close();
  });

  const filtered = (filter: string): string =>
    `/api/machines?$filter=${encodeURIComponent(filter)}`;

  it('answers all machines of a small tenant at once, without a nextLink', async () => {
    const reply = await harness.get('/api/machines');

    expect(readIds(reply)).toHaveLength(250);
    expect(readList(reply)).not.toHaveProperty(['@odata.nextLink']);
  });

  it.each([{ top: 7 }, { top: 60 }, { top: 250 }])(
    'can be walked in pages of $top: every machine once, the last page short',
    async ({ top }) => {
      const walked: string[] = [];
      for (let page = top; page === top;) {
        const reply = await harness.get(`/api/machines?$top=${top}&$skip=${walked.length}`);
        expect(readList(reply)).not.toHaveProperty(['@odata.nextLink']);
        page = readIds(reply).length;
        walked.push(...readIds(reply));
      }

      expect(walked).toEqual(harness.simulator.fleet.machines.map(({ id }) => id));
    },
  );

  it('answers an empty page behind the end', async () => {
    expect(readIds(await harness.get('/api/machines?$top=10&$skip=250'))).toEqual([]);
  });

  it.each([
    {
      filter: `computerDnsName eq '${machines.server.computerDnsName}'`,
      ids: [machines.server.id],
    },
    {
      filter: "computerDnsName eq 'laptop-22' or startswith(computerDnsName,'laptop-22.')",
      ids: [machines.bareName.id],
    },
    { filter: "startswith(computerDnsName,'conference-room')", ids: [machines.longName.id] },
    {
      filter: `lastIpAddress eq '${machines.seenThreeDaysAgo.ip}'`,
      ids: [machines.seenThreeDaysAgo.id],
    },
    { filter: "machineTags/any(tag: tag eq 'crown-jewel')", ids: [machines.server.id] },
    { filter: `computerDnsName eq '${ambiguousName.computerDnsName}'`, ids: ambiguousName.ids },
    {
      filter: `computerDnsName eq '${sharedName.computerDnsName}' and healthStatus eq 'Active'`,
      ids: [sharedName.live.id, sharedName.merged.id],
    },
    { filter: "computerDnsName eq 'nosuchhost'", ids: [] },
  ])('answers $filter', async ({ filter, ids }) => {
    expect(readIds(await harness.get(filtered(filter))).sort()).toEqual([...ids].sort());
  });

  it('applies the filter before skip and top', async () => {
    const filter = "onboardingStatus eq 'Onboarded'";
    const all = readIds(await harness.get(filtered(filter)));

    const page = readIds(await harness.get(`${filtered(filter)}&$top=5&$skip=7`));

    expect(page).toEqual(all.slice(7, 12));
    expect(all.length).toBeLessThan(250);
  });

  it.each([
    "/api/machines?%24filter=riskScore%20eq%20'High'&%24top=3",
    "/api/machines?$filter=riskScore+eq+'High'&$top=3",
    '/api/machines?$filter=riskScore%20eq%20%27High%27&$top=3&api-version=1',
  ])('reads the query %s', async (path) => {
    const { value } = readList(await harness.get(path));

    expect(value.map(({ riskScore }) => riskScore)).toEqual(['High', 'High', 'High']);
  });

  it.each([
    '$top=0',
    '$top=-1',
    '$top=10001',
    '$top=ten',
    '$top=',
    '$skip=-1',
    '$skip=1.5',
    '$filter=',
    '$filter=firstSeen%20gt%202026-01-01Z',
    '$orderby=id',
    '$select=id',
  ])('answers 400 ODataError to %s', async (query) => {
    const reply = await harness.get(`/api/machines?${query}`);

    expect(reply.status).toBe(400);
    expect(readError(reply).code).toBe('ODataError');
  });

  it('caps a $top above 10,000 if so switched', async () => {
    harness.simulator.control({ behaviour: { topTooLarge: 'cap' } });

    expect((await harness.get('/api/machines?$top=10001')).status).toBe(200);
  });

  it.each([
    { count: 'answer', says: 250 },
    { count: 'ignore', says: undefined },
    { count: 'ofPage', says: 10 },
    { count: 'tooMany', says: 251 },
    { count: 'tooFew', says: 249 },
  ] as const)('counts as it is switched: $count', async ({ count, says }) => {
    harness.simulator.control({ behaviour: { count } });

    const list = readList(await harness.get('/api/machines?$top=10&$count=true'));

    expect(list['@odata.count']).toBe(says);
    expect(readList(await harness.get('/api/machines?$top=10'))).not.toHaveProperty([
      '@odata.count',
    ]);
  });

  it('takes no $count if so switched', async () => {
    harness.simulator.control({ behaviour: { count: 'reject' } });

    const reply = await harness.get('/api/machines?$count=true');

    expect([reply.status, readError(reply).code]).toEqual([400, 'ODataError']);
  });

  it('serves pages as small as it is switched to', async () => {
    harness.simulator.control({ behaviour: { pageCap: 100 } });

    const pages = [0, 200, 250].map((skip) => `/api/machines?$top=10000&$skip=${skip}`);

    const replies = await Promise.all(pages.map((page) => harness.get(page)));
    expect(replies.map((reply) => readIds(reply).length)).toEqual([100, 50, 0]);
  });

  it('lists rows without an id, or with fields of another type, if so switched', async () => {
    const { server, bareName } = machines;
    harness.simulator.control({
      behaviour: { rowsWithoutId: [server.id], rowsMistyped: [bareName.id] },
    });

    const { value } = (await harness.get('/api/machines')).json() as { value: Partial<Machine>[] };

    expect(value.filter(({ id }) => id === undefined)).toMatchObject([
      { computerDnsName: server.computerDnsName },
    ]);
    expect(value.find(({ id }) => id === bareName.id)?.riskScore).toBe(3);
  });

  it('writes ids in another letter case with each call if so switched', async () => {
    harness.simulator.control({ behaviour: { idCase: 'flips' } });

    const [first, second] = [
      readIds(await harness.get('/api/machines')),
      readIds(await harness.get('/api/machines')),
    ];

    expect(first).not.toEqual(second);
    expect(first.map((id) => id.toLowerCase())).toEqual(second.map((id) => id.toLowerCase()));
  });

  it('answers a list of names', async () => {
    const { server, bareName } = machines;
    const names = [server.computerDnsName, bareName.computerDnsName, 'nosuchhost'];
    const listed = names.map((name) => `'${name}'`).join(',');

    const ids = readIds(await harness.get(filtered(`computerDnsName in (${listed})`)));

    expect(ids.sort()).toEqual([server.id, bareName.id].sort());
  });

  it.each([
    { title: '`in`, if so switched', behaviour: { inOperator: 'reject' }, filter: "id in ('a')" },
    { title: 'too many nodes', behaviour: {}, filter: Array(17).fill("id eq 'a'").join(' or ') },
  ] as const)('refuses $title', async ({ behaviour, filter }) => {
    harness.simulator.control({ behaviour });

    const reply = await harness.get(filtered(filter));

    expect(reply.status).toBe(400);
    expect(readError(reply).code).toBe('ODataError');
  });

  it('answers 414 without a body to a URL that is too long', async () => {
    harness.simulator.control({ behaviour: { longestUrl: 100 } });
    const url = '/api/machines?$top=1&x=';

    expect((await harness.get(url.padEnd(100, 'x'))).status).toBe(200);
    expect(await harness.get(url.padEnd(101, 'x'))).toMatchObject({ status: 414, text: '' });
  });

  it('answers 404 behind the end if so switched', async () => {
    harness.simulator.control({ behaviour: { behindEnd: 'notFound' } });

    expect((await harness.get('/api/machines?$skip=250')).status).toBe(404);
    expect((await harness.get('/api/machines?$skip=249')).status).toBe(200);
  });

  it('answers 404 to a list without machines if so switched, from its start only', async () => {
    harness.simulator.control({ behaviour: { noMachines: 'notFound' } });
    const nobody = "computerDnsName eq 'nosuchhost'";

    const replies = [
      await harness.get(filtered(nobody)),
      await harness.get(`${filtered(nobody)}&$skip=10`),
      await harness.get('/api/machines?$skip=250'),
      await harness.get('/api/machines'),
    ];

    expect(replies.map(({ status }) => status)).toEqual([404, 200, 200, 200]);
  });
});

describe('answerMachineList of a tenant with more than 10,000 machines', () => {
  let harness: SimulatorHarness;
  beforeAll(async () => {
    harness = await SimulatorHarness.start({ machines: 10_050 });
  });
  afterAll(async () => {
    await harness.close();
  });

  it('pages by nextLink when no $top is given', async () => {
    const { value, '@odata.nextLink': link = '' } = readList(await harness.get('/api/machines'));
    const second = await harness.get(link.slice(harness.simulator.origin.length));

    const ids = value.map(({ id }) => id);
    expect(link).toBe(`${harness.simulator.origin}/api/machines?$skip=10000`);
    expect(ids).toHaveLength(10_000);
    expect(readIds(second)).toHaveLength(50);
    expect(readList(second)).not.toHaveProperty(['@odata.nextLink']);
    expect(new Set([...ids, ...readIds(second)]).size).toBe(10_050);
  });

  it('keeps the filter in the nextLink', async () => {
    const filter = "id ne 'x' and not (computerDnsName eq 'a&b')";
    const first = await harness.get(`/api/machines?$filter=${encodeURIComponent(filter)}`);
    const link = new URL(readList(first)['@odata.nextLink'] ?? '');

    expect(Object.fromEntries(link.searchParams)).toEqual({ $filter: filter, $skip: '10000' });
  });

  it('gives no nextLink with $top', async () => {
    const list = readList(await harness.get('/api/machines?$top=10000'));

    expect(list.value).toHaveLength(10_000);
    expect(list).not.toHaveProperty(['@odata.nextLink']);
  });
});
