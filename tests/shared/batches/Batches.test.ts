import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallerKind } from '../../../shared/callers/Caller';
import { aLookup, machineId, NOW } from '../lookups/aLookup';
import type { Lookup } from '../../../shared/lookups/Lookup';
import { AskedFleet, type AskedFleetOptions } from './AskedFleet';

const idOf = (index: number): string => `1${index.toString(16).padStart(39, '0')}`;
const alertIdOf = (index: number): string => `da${String(index).padStart(18, '6')}_${index}`;
const nameOf = (index: number): string => `ws-${index}.contoso.com`;
const upTo = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const FLEET = {
  machines: upTo(200, (index) => ({
    id: idOf(index),
    computerDnsName: nameOf(index),
    healthStatus: 'Active',
    onboardingStatus: 'Onboarded',
    lastSeen: new Date(NOW).toISOString(),
    lastIpAddress: `10.0.0.${index}`,
  })),
  alerts: Object.fromEntries(upTo(100, (index) => [alertIdOf(index), idOf(index)])),
};

const hosts = (count: number): readonly Lookup[] =>
  upTo(count, (index) => aLookup('host', nameOf(index)));
const machines = (count: number, from = 0): readonly Lookup[] =>
  upTo(count, (index) => aLookup('machine', idOf(from + index)));
const alerts = (count: number): readonly Lookup[] =>
  upTo(count, (index) => aLookup('alert', alertIdOf(index)));

const fleet = (options: Partial<AskedFleetOptions> = {}) =>
  new AskedFleet({ ...FLEET, ...options });
const LIST = /^\/api\/(machines|alerts)\?/;

describe('Questions that are asked at the same time', () => {
  it('share one call: names and device ids', async () => {
    const world = fleet();

    const records = await world.answers([...hosts(10), ...machines(10, 50)]);

    expect(world.calls).toHaveLength(1);
    expect(records.map(({ outcome }) => outcome)).toEqual(Array(20).fill('found'));
    expect(records[3]?.machines[0]?.machine.computerDnsName).toBe(nameOf(3));
    expect(records[12]?.summary.machineId).toBe(idOf(52));
    expect(records[0]?.evidence).toMatchObject([{ endpoint: 'machines', batch: { size: 20 } }]);
    expect(world.reports).toEqual([{ endpoint: 'machines', outcome: 'answered' }]);
  });

  it('share two calls: alerts, then their machines', async () => {
    const world = fleet();

    const records = await world.answers(alerts(25));

    expect(world.calls.map((call) => call.split('?')[0])).toEqual(['/api/alerts', '/api/machines']);
    expect(records.map(({ summary }) => summary.machineId)).toEqual(upTo(25, idOf));
    expect(records[0]?.evidence).toMatchObject([{ endpoint: 'alerts', batch: { size: 25 } }]);
  });

  it('share no ticket with those of agents, which may get none', async () => {
    const kinds = new AsyncLocalStorage<CallerKind>();
    const world = fleet({ callerKind: () => kinds.getStore() ?? 'regular' });

    await Promise.all([
      kinds.run('agent', () => world.answers(hosts(5))),
      kinds.run('regular', () => world.answers(machines(5, 50))),
    ]);

    expect(world.counts.list().machines).toEqual({ calls: 2, questions: 10, droppedRows: 0 });
  });

  it('fill calls of 30', async () => {
    const world = fleet();

    await world.answers(hosts(100));

    expect(world.calls).toHaveLength(4);
    expect(world.counts.list().machines).toEqual({ calls: 4, questions: 100, droppedRows: 0 });
  });

  it('share one call with the last-known addresses, as conditions of their own', async () => {
    const world = fleet();
    const ips = upTo(3, (index) => aLookup('ip', `10.0.0.${index}`));

    const records = await world.answers(ips);

    expect(world.callsOf(LIST)).toEqual([
      expect.stringContaining("$filter=lastIpAddress eq '10.0.0.0' or lastIpAddress eq"),
    ]);
    expect(records.map(({ summary }) => summary.machineCount)).toEqual([1, 1, 1]);
  });

  it('ask for a bare name and for full names that begin with it', async () => {
    const world = fleet({
      machines: [
        { id: idOf(1), computerDnsName: 'SRV-1' },
        { id: idOf(2), computerDnsName: 'srv-1.contoso.com' },
        { id: idOf(3), computerDnsName: 'srv-10.contoso.com' },
      ],
    });

    const [one, other] = await world.answers([aLookup('host', 'srv-1'), aLookup('host', 'srv-2')]);

    expect(world.calls[0]).toContain(
      "computerDnsName in ('srv-1','srv-2') or startswith(computerDnsName,'srv-1.') or startswith(computerDnsName,'srv-2.')",
    );
    expect(one?.machines.map(({ machine }) => machine.id).sort()).toEqual([idOf(1), idOf(2)]);
    expect(other?.outcome).toBe('notSeen');
  });

  it('hold at most twelve conditions beside the lists', async () => {
    const world = fleet();

    await world.answers(upTo(30, (index) => aLookup('host', `bare-${index}`)));

    const conditions = world.callsOf(LIST).map((call) => call.split('startswith').length - 1);
    expect(Math.max(...conditions)).toBe(12);
  });

  it('share a call that is not made yet though they take no older answer', async () => {
    const world = fleet();
    const anew = hosts(3).map((lookup) => ({ ...lookup, maxAgeMs: 0 }));
    await world.answers(hosts(3));

    const records = await world.answers(anew);

    expect(world.calls).toHaveLength(2);
    expect(records[0]?.evidence).toMatchObject([{ fromCache: false, batch: { size: 3 } }]);
  });

  it('are asked by their own calls where there is one only', async () => {
    const world = fleet();

    await world.answers(alerts(1));
    const [record] = await world.answers(machines(1, 90));

    expect(world.calls).toEqual([
      `/api/alerts/${alertIdOf(0)}/machine`,
      `/api/machines/${idOf(90)}`,
    ]);
    expect(record?.evidence).toMatchObject([{ endpoint: 'machines/{id}', batch: null }]);
  });

  it('are asked by their own calls with BATCH_MAX_QUESTIONS=1', async () => {
    const world = fleet({ mostQuestions: 1 });

    await world.answers(machines(5));

    expect(world.callsOf(LIST)).toEqual([]);
    expect(world.calls).toHaveLength(5);
  });

  it('are asked by their own calls if their letters are compared by rules that are not known', async () => {
    const world = fleet();

    await world.answers([
      aLookup('host', 'müller.contoso.com'),
      aLookup('host', 'weiß.contoso.com'),
    ]);

    expect(world.callsOf(/ in /)).toEqual([]);
  });
});

describe('A batch says no less than the calls of its questions', () => {
  it('confirms by its own call that a device is not there', async () => {
    const world = fleet();

    const records = await world.answers([...machines(2), aLookup('machine', machineId('f'))]);

    expect(records.map(({ outcome }) => outcome)).toEqual(['found', 'found', 'notSeen']);
    expect(world.calls.slice(1)).toEqual([`/api/machines/${machineId('f')}`]);
    expect(records[2]?.evidence).toMatchObject([{ endpoint: 'machines/{id}', status: 404 }]);
  });

  it.each([
    { title: 'that the list of alerts does not know', machine: undefined },
    { title: 'without a machine', machine: null },
    { title: 'whose machine is not there', machine: machineId('f') },
  ])('asks by its own call about an alert $title', async ({ machine }) => {
    const known = machine === undefined ? {} : { [alertIdOf(500)]: machine };
    const world = fleet({ alerts: { ...FLEET.alerts, ...known } });

    const records = await world.answers([...alerts(3), aLookup('alert', alertIdOf(500))]);

    expect(records.map(({ outcome }) => outcome)).toEqual(['found', 'found', 'found', 'notSeen']);
    expect(world.callsOf(/\/machine$/)).toEqual([`/api/alerts/${alertIdOf(500)}/machine`]);
  });

  it('does not ask again for a name that the list does not hold', async () => {
    const world = fleet();

    const records = await world.answers([
      ...hosts(2),
      aLookup('host', 'no such phone'),
      aLookup('host', 'nor this one'),
    ]);

    expect(records.map(({ outcome }) => outcome)).toEqual(['found', 'found', 'notSeen', 'notSeen']);
    expect(world.calls).toHaveLength(1);
  });

  it('drops and counts rows that nobody asked for', async () => {
    const row = { id: machineId('e'), computerDnsName: 'stranger.contoso.com' };
    const rows = [{ id: idOf(0), computerDnsName: nameOf(0) }, row];
    const body = JSON.stringify({ value: rows });
    const world = fleet({ answers: [{ status: 200, headers: {}, body }] });

    const records = await world.answers([aLookup('host', nameOf(0)), aLookup('host', 'a phone')]);

    expect(records.map(({ machines: found }) => found.length)).toEqual([1, 0]);
    expect(world.counts.list().machines.droppedRows).toBe(1);
  });

  it.each([
    { title: 'a row that nobody asked for', behaviour: { uninvited: [idOf(100)] } },
    { title: 'a row in the place of another', behaviour: { mistaken: { [idOf(0)]: idOf(1) } } },
    { title: 'rows twice', behaviour: { listRows: 'twice' as const } },
  ])('asks for names by their own calls after a list with $title', async ({ behaviour }) => {
    const world = fleet({ behaviour });

    const records = await world.answers([...hosts(2), ...machines(2, 50)]);

    expect(world.callsOf(LIST).slice(1)).toEqual([
      expect.stringContaining("computerDnsName eq 'ws-0.contoso.com'"),
      expect.stringContaining("computerDnsName eq 'ws-1.contoso.com'"),
    ]);
    expect(world.callsOf(/machines\/1/)).toEqual([]);
    expect(records[2]?.evidence).toMatchObject([{ batch: { size: 4 } }]);
  });

  it.each([
    { title: 'a space at its end', name: 'ws-500.contoso.com ' },
    { title: 'an accent', name: 'ẃs-500.contoso.com' },
  ])('leaves to the service whether a name with $title is the one asked for', async ({ name }) => {
    const named = { id: idOf(500), computerDnsName: name, lastIpAddress: '10.9.9.9' };
    const world = fleet({
      machines: [...FLEET.machines, named],
      behaviour: { stringCase: 'loose' },
    });
    const asked = aLookup('host', 'ws-500.contoso.com');

    await world.answers([asked, aLookup('ip', '10.9.9.9'), ...hosts(2)]);

    expect(world.callsOf(LIST).slice(1)).toEqual([
      expect.stringContaining("computerDnsName eq 'ws-500.contoso.com'"),
    ]);
  });

  it.each([
    { title: 'may be cut by the service', behaviour: { pageCap: 100 }, bearers: 120 },
    { title: 'fills $top', behaviour: {}, bearers: 1_000 },
  ])('asks in halves when a list $title', async ({ behaviour, bearers }) => {
    const shared = upTo(bearers, (index) => ({
      id: idOf(1_000 + index),
      computerDnsName: 'iphone of many',
    }));
    const world = fleet({ machines: [...FLEET.machines, ...shared], behaviour });

    const records = await world.answers([...hosts(3), aLookup('host', 'iphone of many')]);

    expect(records.slice(0, 3).map(({ summary }) => summary.machineCount)).toEqual([1, 1, 1]);
    expect(records[3]?.summary.machineCount).toBe(Math.min(bearers, behaviour.pageCap ?? 1_000));
    expect(records[3]?.evidence).toMatchObject([{ batch: null }]);
  });

  it.each([
    { title: 'an id', behaviour: { rowsWithoutId: [idOf(1)] } },
    { title: 'a readable status', behaviour: { statusMistyped: [idOf(1)] } },
  ])('asks one by one about a row without $title', async ({ behaviour }) => {
    const [together, alone] = [fleet({ behaviour }), fleet({ behaviour, mostQuestions: 1 })];

    const records = await together.answers(hosts(4));
    const expected = await alone.answers(hosts(4));

    const told = ({ outcome, summary }: (typeof records)[number]) => ({ outcome, summary });
    expect(records.map(told)).toEqual(expected.map(told));
  });
});

describe('The size of batches', () => {
  it('is found by halves where URLs are shorter than thought, and kept', async () => {
    const world = fleet({ behaviour: { longestUrl: 500 } });

    const records = await world.answers(hosts(100));
    const next = fleet({ behaviour: { longestUrl: 500 }, lessons: world.lessons });
    await next.answers(hosts(100));

    expect(records.every(({ outcome }) => outcome === 'found')).toBe(true);
    expect(world.statuses.filter((status) => status === 414).length).toBeLessThanOrEqual(6);
    expect(next.statuses).not.toContain(414);
    expect(next.calls.length).toBeLessThan(20);
  });

  it('is halved where filters are refused, and nobody fails for having been in a batch', async () => {
    const world = fleet({ behaviour: { mostNodes: 40 } });
    const bare = upTo(12, (index) => aLookup('host', `bare-${index}`));

    const records = await world.answers(bare);

    expect(records.map(({ outcome }) => outcome)).toEqual(Array(12).fill('notSeen'));
    expect(world.lessons.machines).toMatchObject({ questions: 6, off: null });
  });

  it('is one where `in` is refused: that is tried with six calls, and by no other process', async () => {
    const world = fleet({ behaviour: { inOperator: 'reject' } });

    const records = await world.answers(machines(90));
    const next = fleet({ behaviour: { inOperator: 'reject' }, lessons: world.lessons });
    await next.answers(machines(90));

    expect(records.every(({ outcome }) => outcome === 'found')).toBe(true);
    // The whole and its halves, each with and without the count of its rows.
    expect(world.callsOf(LIST)).toHaveLength(6);
    expect(world.lessons.machines?.off).toMatchObject({ why: 'refused' });
    expect(next.callsOf(LIST)).toEqual([]);
  });

  it('is halved by a 403 until the refused device stands alone; no breaker hears of the others', async () => {
    const world = fleet({ refusedIds: [idOf(3)] });

    const records = await world.answers(machines(8));

    const outcomes = Array.from({ length: 8 }, (_, index) => (index === 3 ? 'denied' : 'found'));
    expect(records.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(world.callsOf(LIST)).toHaveLength(5);
    expect(world.callsOf(/machines\/1/)).toHaveLength(2);
    const refused = world.reports.filter(({ outcome }) => outcome !== 'answered');
    expect(refused).toEqual([{ endpoint: 'machine', outcome: 'refused' }]);
    expect(world.lessons.machines).toMatchObject({ questions: 30, off: null });
  });

  it('is one for an hour where the role for the list is missing; no breaker hears of it, and nobody is denied', async () => {
    const world = fleet({ forbidden: ['alerts'] });

    const records = await world.answers(alerts(40));

    expect(records.every(({ outcome }) => outcome === 'found')).toBe(true);
    expect(world.callsOf(LIST)).toHaveLength(1);
    expect(world.lessons.alerts?.off).toEqual({ why: 'forbidden', until: NOW + 3_600_000 });
    expect(world.reports.map(({ outcome }) => outcome)).not.toContain('forbidden');
  });
});
