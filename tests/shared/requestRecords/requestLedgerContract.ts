import { createHash } from 'node:crypto';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import type { RequestLedger } from '../../../shared/requestRecords/RequestLedger';
import {
  refOf,
  toEndedLookup,
  type RequestHead,
} from '../../../shared/requestRecords/RequestState';
import { aMachine, NOW } from '../lookups/aLookup';
import { aHead, aRecord, aWait } from './aRequest';

const HOUR_MS = 3_600_000;
let requests = 0;

/** Parts of a request of its own. */
function newRequest(of: number) {
  const id = `r_${(requests += 1).toString(16).padStart(40, '0')}`;
  const base = aHead(of);
  const head: RequestHead = { ...base, request: { ...base.request, id, eventId: 'incident-1' } };
  const record = (options: Parameters<typeof aRecord>[0]): EnrichmentRecord => {
    const made = aRecord(options);
    const recordId = `${made.id.slice(0, 30)}${id.slice(-12)}`;
    return { ...made, id: recordId, request: { ...made.request, id } };
  };
  return { head, ref: refOf(head), record };
}

const claim = {
  generation: 0,
  status: 'completed',
  members: ['e_1', 'e_2'],
  isSent: false,
} as const;

/** What every ledger does. */
export function describeRequestLedger(ledger: () => RequestLedger): void {
  it('knows nothing of a request that was never taken in', async () => {
    expect(await ledger().read(newRequest(1).ref)).toBeNull();
  });

  it('gives back what it was opened with, 120 lookups and large records among it', async () => {
    const { head, ref, record } = newRequest(120);
    const noise = Array.from({ length: 600 }, (_, i) =>
      createHash('sha512').update(String(i)).digest('base64'),
    );
    const machines = [aMachine('a'.repeat(40), { notes: noise.join('') })];
    const large = Array.from({ length: 60 }, (_, i) => record({ position: i + 1, machines }));
    const open = Array.from({ length: 60 }, (_, i) => aWait(record({ position: i + 61 })));

    await ledger().open(head, open, large);

    const state = await ledger().read(ref);
    expect(state).toMatchObject({ head, claim: null });
    expect(state?.ended.map(({ recordId }) => recordId).toSorted()).toEqual(
      large.map(({ id }) => id).toSorted(),
    );
    expect(state?.waiting.toSorted((a, b) => a.position - b.position)).toEqual(open);
    const ids = large.slice(0, 2).map(({ id }) => id);
    const read = await ledger().readRecords(ref, ids);
    expect(read.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
      large.slice(0, 2).toSorted((a, b) => a.id.localeCompare(b.id)),
    );
  });

  it('takes the same twice, and keeps the first record of an id', async () => {
    const { head, ref, record } = newRequest(2);
    const first = record({});
    await ledger().open(head, [aWait(record({ position: 2 }))], [first]);

    await ledger().open(head, [aWait(record({ position: 2 }))], [{ ...first, outcome: 'failed' }]);
    await ledger().addRecord({ ...first, outcome: 'failed' });

    expect(await ledger().readRecords(ref, [first.id])).toEqual([first]);
  });

  it('lets one of two claim a generation', async () => {
    const { head, ref } = newRequest(2);
    await ledger().open(head, [], []);
    const etag = (await ledger().read(ref))?.etag ?? null;

    const claimed = await Promise.all([
      ledger().claim(head, claim, etag),
      ledger().claim(head, claim, etag),
    ]);

    expect(claimed.filter((each) => each !== null)).toHaveLength(1);
    const next = claimed.find((each) => each !== null) ?? null;
    expect(await ledger().claim(head, { ...claim, isSent: true }, next)).not.toBeNull();
    expect(await ledger().read(ref)).toMatchObject({ claim: { ...claim, isSent: true }, head });
  });

  it('lets one of two claim a request that only its records tell of', async () => {
    const { head, ref, record } = newRequest(1);
    await ledger().addRecord(record({}));
    expect(await ledger().read(ref)).toMatchObject({ head: null, claim: null, etag: null });

    const claimed = [
      await ledger().claim(head, claim, null),
      await ledger().claim(head, claim, null),
    ];

    expect(claimed.filter((each) => each !== null)).toHaveLength(1);
  });

  it('notes where a lookup waits, again and again', async () => {
    const { head, ref, record } = newRequest(1);
    const waiting = aWait(record({}));
    await ledger().open(head, [waiting], []);

    await ledger().noteWaiting(ref, { ...waiting, waitsFor: 'service', nextAt: NOW + 2 * HOUR_MS });

    expect((await ledger().read(ref))?.waiting).toEqual([
      { ...waiting, waitsFor: 'service', nextAt: NOW + 2 * HOUR_MS },
    ]);
  });

  it('keeps a request that was over at once unless it is known', async () => {
    const { head, ref, record } = newRequest(1);
    const ended = [toEndedLookup(record({}))];

    expect(await ledger().addFinished(head, { ...claim, isSent: true }, ended)).toBe(true);
    expect(await ledger().addFinished(head, { ...claim, isSent: true }, ended)).toBe(false);
    expect((await ledger().read(ref))?.claim).toEqual({ ...claim, isSent: true });
  });

  it('finds requests whose last slot is past, until they are over or looked at again later', async () => {
    const [waits, over, later, fresh] = [
      newRequest(1),
      newRequest(1),
      newRequest(1),
      newRequest(1),
    ];
    for (const { head, record } of [waits, over, later])
      await ledger().open(head, [aWait(record({}))], []);
    const far = { ...aWait(fresh.record({})), nextAt: NOW + 9 * HOUR_MS };
    await ledger().open(fresh.head, [far], []);
    const etag = (await ledger().read(over.ref))?.etag ?? null;
    await ledger().claim(over.head, { ...claim, isSent: true }, etag);
    await ledger().lookAgainAt(later.ref, NOW + 9 * HOUR_MS);

    const found = await ledger().overdue(NOW + 2 * HOUR_MS, 1_000);

    const ids = found.map(({ requestId }) => requestId);
    const isFound = (each: typeof waits) => ids.includes(each.ref.requestId);
    expect([waits, over, later, fresh].map(isFound)).toEqual([true, false, false, false]);
  });
}
