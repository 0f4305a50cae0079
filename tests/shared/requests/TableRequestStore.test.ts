import { startAzurite, type Azurite } from '../../../local/azurite';
import { buildInvalidRecord } from '../../../shared/records/buildRecord';
import type { Lookup } from '../../../shared/lookups/Lookup';
import { TableRequestStore } from '../../../shared/requests/TableRequestStore';
import { leftOutReason } from '../../../shared/siem/LeftOut';
import { createStateStorage } from '../../../shared/storage/createStateStorage';
import { aLookup, NOW } from '../lookups/aLookup';
import { stateStorageOf } from '../storage/stateStorageOf';

const HOUR_MS = 3_600_000;

const LEFT_OUT = [
  { value: 'half a pair \ud83d', path: 'indicators[7]', reason: leftOutReason('entry.notAsked') },
  { value: '', path: 'indicators[9]', reason: leftOutReason('entry.empty') },
];
const IGNORED = [{ path: 'priority', code: 'field.malformed' }] as const;

describe('TableRequestStore', () => {
  let azurite: Azurite;
  let store: TableRequestStore;
  let requests = 0;
  beforeAll(async () => {
    azurite = await startAzurite();
    const storage = createStateStorage(stateStorageOf(azurite));
    const clock = { now: () => NOW + HOUR_MS, sleep: () => Promise.resolve() };
    const table = storage.table('requests');
    store = new TableRequestStore({ table, results: storage.blobs('results'), clock });
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
    { title: 'a finished request before its day is over', done: 1, at: NOW, left: true },
    { title: 'a finished request after it', done: 1, at: NOW + 2 * HOUR_MS, left: false },
    {
      title: 'an unfinished request for two days more',
      done: 0,
      at: NOW + 47 * HOUR_MS,
      left: true,
    },
    { title: 'an unfinished request after that', done: 0, at: NOW + 49 * HOUR_MS, left: false },
  ])('removeBefore() decides about $title', async ({ done, at, left }) => {
    const lookups = await open(1);
    for (const lookup of lookups.slice(0, done)) await complete(lookup);

    await store.removeBefore(at);

    const stored = await store.read(lookups[0]?.request.id ?? '');
    expect(stored !== null).toBe(left);
  });

  it('removeBefore() removes the records of a request together with it, and those of no other', async () => {
    const [mine] = await open(1);
    const [other] = await open(2);
    if (!mine || !other) throw new Error('not opened');
    for (const lookup of [mine, other]) await complete(lookup);

    await store.removeBefore(NOW + 2 * HOUR_MS);

    await expect(store.readRecord(mine.request.id, mine.id)).rejects.toThrow('BlobNotFound');
    expect(await store.readRecord(other.request.id, other.id)).toMatchObject({
      outcome: 'invalid',
    });
  });
});
