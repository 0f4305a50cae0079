import { startAzurite, type Azurite } from '../../../local/azurite';
import { DAY_MS } from '../../../shared/clock/durations';
import { TableCancellationStore } from '../../../shared/requestRecords/TableCancellationStore';
import { TableRequestLedger } from '../../../shared/requestRecords/TableRequestLedger';
import { TableRequestSearch } from '../../../shared/requestRecords/TableRequestSearch';
import { toEndedLookup, type RequestHead } from '../../../shared/requestRecords/RequestState';
import { createStateStorage } from '../../../shared/storage/createStateStorage';
import { NOW } from '../lookups/aLookup';
import { stateStorageOf } from '../storage/stateStorageOf';
import { aHead, aRecord, aWait } from './aRequest';

const ID = (digit: string) => `r_${digit.repeat(40)}`;
const sent = { generation: 0, status: 'completed', members: [], isSent: true } as const;

describe('requests in the tables of several days', () => {
  let azurite: Azurite;
  let ledger: TableRequestLedger;
  let search: TableRequestSearch;
  let cancellations: TableCancellationStore;

  const headOf = (digit: string, of: number, daysAgo = 0, eventId = 'incident-1'): RequestHead => {
    const { request, ...head } = aHead(of);
    const receivedAt = new Date(NOW - daysAgo * DAY_MS).toISOString();
    return { ...head, request: { ...request, id: ID(digit), eventId, receivedAt } };
  };
  const recordOf = (head: RequestHead, position: number) => {
    const record = aRecord({ position });
    const { id, receivedAt } = head.request;
    const lookupId = `l_${id.slice(2, 3)}${String(position).padStart(39, '0')}`;
    return { ...record, lookupId, request: { ...record.request, id, receivedAt } };
  };

  beforeAll(async () => {
    azurite = await startAzurite();
    const storage = createStateStorage(stateStorageOf(azurite));
    const clock = { now: () => NOW, sleep: () => Promise.resolve() };
    const tables = storage.dayTables('requests');
    ledger = new TableRequestLedger({ tables, results: storage.blobs('results'), clock });
    search = new TableRequestSearch({ tables, clock });
    cancellations = new TableCancellationStore(tables, clock);
    // a: over at once, one lookup; b: over at once, two; c: waits; d: another event; e: as old as rows get; f: older.
    for (const [digit, of, daysAgo] of [
      ['a', 1, 0],
      ['b', 2, 1],
      ['e', 1, 15],
      ['f', 1, 17],
    ] as const) {
      const head = headOf(digit, of, daysAgo);
      const ended = Array.from({ length: of }, (_, i) => toEndedLookup(recordOf(head, i + 1)));
      await ledger.addFinished(head, sent, ended);
    }
    for (const head of [headOf('c', 2), headOf('d', 1, 0, 'incident-2')])
      await ledger.open(head, [aWait(recordOf(head, 1))], [recordOf(head, 2)]);
  });
  afterAll(() => azurite.close());

  const found = async (...query: Parameters<TableRequestSearch['find']>) =>
    (await search.find(...query)).map(({ requestId }) => requestId.charAt(2)).toSorted();

  it('are found by the id of their event, whatever became of them, for 15 days', async () => {
    expect(await found({ event: 'incident-1' }, 20)).toEqual(['a', 'b', 'c', 'e']);
    expect(await found({ event: 'incident-2' }, 20)).toEqual(['d']);
    expect(await found({ event: 'incident-3' }, 20)).toEqual([]);
  });

  it('come newest first, and no more than asked for', async () => {
    const [first, second, ...others] = await search.find({ event: 'incident-1' }, 3);

    expect([first?.receivedAt, second?.receivedAt]).toEqual([NOW, NOW]);
    expect(others.map(({ receivedAt }) => receivedAt)).toEqual([NOW - DAY_MS]);
  });

  it.each([
    { what: 'its own id', query: { request: ID('b') }, expected: ['b'] },
    {
      what: 'a lookup that waits',
      query: { lookup: `l_c${'1'.padStart(39, '0')}` },
      expected: ['c'],
    },
    {
      what: 'a lookup that has ended',
      query: { lookup: `l_c${'2'.padStart(39, '0')}` },
      expected: ['c'],
    },
    {
      what: 'the only lookup of one row',
      query: { lookup: `l_a${'1'.padStart(39, '0')}` },
      expected: ['a'],
    },
    {
      what: 'one of two lookups of one row',
      query: { lookup: `l_b${'2'.padStart(39, '0')}` },
      expected: ['b'],
    },
    { what: 'a quote in an id', query: { event: "x' or true" }, expected: [] },
  ])('are found by $what', async ({ query, expected }) => {
    expect(await found(query, 20)).toEqual(expected);
  });

  it.each([
    { by: { source: 'siem' }, expected: ['c', 'd'] },
    { by: { source: 'other' }, expected: [] },
    { by: { before: NOW + 1 }, expected: ['c', 'd'] },
    { by: { before: NOW }, expected: [] },
    { by: { request: ID('c') }, expected: ['c'] },
  ])('that are open are found by $by', async ({ by, expected }) => {
    const refs = await search.findOpen(by);

    expect(refs.map(({ requestId }) => requestId.charAt(2)).toSorted()).toEqual(expected);
  });

  it('lie beside the cancellations of the last days', async () => {
    const written = [{ request: ID('c') }, { source: 'siem' }, { before: NOW }].map((by) => ({
      writtenAt: NOW,
      by,
    }));
    for (const each of written) await cancellations.add(each);

    const listed = await cancellations.list();

    expect(listed).toHaveLength(3);
    expect(listed).toEqual(expect.arrayContaining(written));
  });
});
