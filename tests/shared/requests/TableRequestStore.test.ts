import { startAzurite, type Azurite } from '../../../local/azurite';
import { buildInvalidRecord } from '../../../shared/records/buildRecord';
import type { Lookup } from '../../../shared/lookups/Lookup';
import { TableRequestStore } from '../../../shared/requests/TableRequestStore';
import { leftOutReason } from '../../../shared/siem/LeftOut';
import { createStateStorage } from '../../../shared/storage/createStateStorage';
import type { DayTables } from '../../../shared/storage/DayTables';
import { aLookup, NOW } from '../lookups/aLookup';
import { stateStorageOf } from '../storage/stateStorageOf';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const LEFT_OUT = [
  { value: 'half a pair \ud83d', path: 'indicators[7]', reason: leftOutReason('entry.notAsked') },
  { value: '', path: 'indicators[9]', reason: leftOutReason('entry.empty') },
];
const IGNORED = [{ path: 'priority', code: 'field.malformed' }] as const;

describe('TableRequestStore', () => {
  let azurite: Azurite;
  let store: TableRequestStore;
  let tables: DayTables;
  let now = NOW;
  let requests = 0;
  beforeAll(async () => {
    azurite = await startAzurite();
    const storage = createStateStorage(stateStorageOf(azurite));
    tables = storage.dayTables('requests');
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    store = new TableRequestStore({ tables, results: storage.blobs('results'), clock });
  });
  beforeEach(() => {
    now = NOW + HOUR_MS;
  });
  afterAll(() => azurite.close());

  /** Opens a request of its own. */
  async function open(count: number): Promise<readonly Lookup[]> {
    const base = aLookup('ip', '10.1.2.3');
    const request = { ...base.request, id: `r_${++requests}` };
    const lookups = Array.from({ length: count }, (_, index) =>
      aLookup('ip', '10.1.2.3', { id: `l_${index}`, request, position: index + 1, of: count }),
    );
    const about = { receivedAt: NOW, ignored: IGNORED, leftOut: LEFT_OUT };
    await store.open({ requestId: request.id, ...about }, lookups);
    return lookups;
  }

  const complete = (lookup: Lookup) => {
    const reason = { code: 'ip.notRoutable', message: '' };
    return store.complete(buildInvalidRecord(lookup, reason, { now: NOW }));
  };

  it('opens a request of 100 lookups and reads it back in its order', async () => {
    const [first] = await open(100);

    const stored = await store.read(first?.request.id ?? '');

    expect(stored?.receivedAt).toBe(NOW);
    expect(stored?.leftOut).toEqual(LEFT_OUT);
    expect(stored?.ignored).toEqual(IGNORED);
    expect(stored?.lookups.map(({ position }) => position)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    expect(stored?.lookups[0]).toMatchObject({
      lookupId: 'l_0',
      indicator: { value: '10.1.2.3' },
      notBefore: NOW,
      doneAt: null,
    });
  });

  it('knows no request that was not opened', async () => {
    expect(await store.read('r_none')).toBeNull();
  });

  it('keeps the record of a lookup, and when it is expected otherwise', async () => {
    const [first, second] = await open(2);
    if (!first || !second) throw new Error('not opened');

    await complete(first);
    await complete(first);
    await store.postponed(second, NOW + 7_000);

    const { id } = first.request;
    const stored = await store.read(id);
    expect(stored?.lookups).toMatchObject([
      { doneAt: NOW + HOUR_MS },
      { doneAt: null, notBefore: NOW + 7_000 },
    ]);
    expect(await store.readRecord(id, first.id)).toMatchObject({ outcome: 'invalid' });
    await expect(store.readRecord(id, second.id)).rejects.toThrow('BlobNotFound');
  });

  it('takes a record of a request that is gone as done', async () => {
    await expect(complete(aLookup('ip', '10.1.2.3'))).resolves.toBeUndefined();
  });

  it.each([
    { title: 'on the next day', laterMs: DAY_MS },
    { title: 'three days later', laterMs: 3 * DAY_MS },
  ])('finds a request $title', async ({ laterMs }) => {
    const [lookup] = await open(1);
    now = NOW + laterMs;
    if (lookup) await complete(lookup);

    expect(await store.read(lookup?.request.id ?? '')).toMatchObject({
      lookups: [{ doneAt: now }],
    });
  });

  it('removes the requests of a day at once, also what was left of one that was never opened whole', async () => {
    const [lookup] = await open(1);
    await tables.of(NOW).createEntity({ partitionKey: 'r_half', rowKey: 'lookup|l_1' });

    const removed = await store.removeBefore(Date.parse('2026-11-21T00:00:00Z'));

    expect(removed).toBe(1);
    expect(await store.read(lookup?.request.id ?? '')).toBeNull();
    expect(await store.removeBefore(Date.parse('2026-11-21T00:00:00Z'))).toBe(0);
  });

  it('keeps the requests of a day that is not over', async () => {
    const [lookup] = await open(1);

    expect(await store.removeBefore(Date.parse('2026-11-20T23:59:59Z'))).toBe(0);

    expect(await store.read(lookup?.request.id ?? '')).not.toBeNull();
  });

  it('makes no table by looking for a request that is not there', async () => {
    now = NOW + 100 * DAY_MS;
    await store.removeBefore(now);

    await store.read('r_none');

    expect(await store.removeBefore(now + DAY_MS)).toBe(0);
  });
});
