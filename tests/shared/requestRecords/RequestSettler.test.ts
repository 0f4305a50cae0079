import { HOUR_MS } from '../../../shared/clock/durations';
import type { RequestRecord } from '../../../shared/requestRecords/RequestRecord';
import { RequestSettler } from '../../../shared/requestRecords/RequestSettler';
import { refOf } from '../../../shared/requestRecords/RequestState';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { NOW } from '../lookups/aLookup';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { aHead, aRecord, aWait } from './aRequest';
import { MemoryRequestLedger } from './MemoryRequestLedger';

/** A request of two lookups. */
function world({ isOff = false } = {}) {
  const ledger = new MemoryRequestLedger();
  const published: RequestRecord[] = [];
  const results = new MemoryBlobStore();
  const publisher = isOff
    ? null
    : { publish: async (each: RequestRecord) => void published.push(each) };
  const clock = { now: () => NOW + 2 * HOUR_MS, sleep: () => Promise.resolve() };
  const settler = new RequestSettler({ ledger, publisher, results, clock });
  const head = aHead(2);
  const shown = () =>
    published.map(({ generation, status, request }) => `${generation} ${status} ${request.done}`);
  return { ledger, published, results, settler, head, ref: refOf(head), shown };
}
const [first, second] = [aRecord({ position: 1 }), aRecord({ position: 2 })];

describe('RequestSettler.settle()', () => {
  it('publishes a request with its last record, once', async () => {
    const { ledger, settler, head, ref, shown } = world();
    await ledger.open(head, [aWait(second)], [first]);
    expect([await settler.settle(ref), shown()]).toEqual([false, []]);

    await ledger.addRecord(second);

    expect(await settler.settle(ref)).toBe(true);
    expect(await settler.settle(ref)).toBe(true);
    expect(shown()).toEqual(['0 completed 2']);
  });

  it('publishes the next generation with a later record of a lookup', async () => {
    const { ledger, settler, head, ref, shown, published } = world();
    await ledger.open(head, [], [first, second]);
    await settler.settle(ref);
    await ledger.addRecord(aRecord({ position: 2, generation: 1 }));

    await settler.settle(ref);

    expect(shown()).toEqual(['0 completed 2', '1 completed 2']);
    expect(published[1]?.lookups.map(({ generation }) => generation)).toEqual([0, 1]);
  });

  it('sends what another has claimed and not sent before it claims the next', async () => {
    const { ledger, settler, head, ref, shown } = world();
    await ledger.open(head, [], [first, second]);
    const claim = { generation: 0, status: 'running', members: [first.id], isSent: false } as const;
    await ledger.claim(head, claim, (await ledger.read(ref))?.etag ?? null);

    await settler.settle(ref);

    expect(shown()).toEqual(['0 running 1', '1 completed 2']);
  });

  it('publishes an unfinished request if asked to, unless it was published before', async () => {
    const { ledger, settler, head, ref, shown } = world();
    await ledger.open(head, [aWait(second)], [first]);

    await settler.settle(ref, { isPartial: true });
    await settler.settle(ref, { isPartial: true });

    expect(shown()).toEqual(['0 running 1']);
  });

  it('knows a request by its lookups alone', async () => {
    const { ledger, settler, head, ref, shown } = world();
    await ledger.addRecord(first);
    await ledger.addRecord(second);

    await settler.settle(ref, { head });

    expect(shown()).toEqual(['0 completed 2']);
  });

  it('takes the whole of a record that was shortened', async () => {
    const { ledger, settler, head, ref, published, results } = world();
    const included = { total: 1, included: 0 };
    const blob = 'records/l_1.0.json';
    const place = { url: null, container: 'results', blob, sha256: '', expiresAt: '' } as const;
    const short = { ...first, truncated: { machines: included, alerts: included, ...place } };
    const whole = { ...first, outcome: 'found' };
    await results.create(blob, Buffer.from(JSON.stringify(whole)), {
      contentType: 'application/json',
    });
    await ledger.open(head, [], [short, second]);

    await settler.settle(ref);

    expect(published[0]?.lookups[0]?.outcome).toBe('found');
  });

  it('waits for a record that cannot be read', async () => {
    const { ledger, settler, head, ref, shown } = world();
    await ledger.open(head, [], [first, second]);
    const claim = { generation: 0, status: 'completed', members: ['e_x'], isSent: false } as const;
    await ledger.claim(head, claim, (await ledger.read(ref))?.etag ?? null);

    await expect(settler.settle(ref)).rejects.toThrow(StorageUnavailableError);
    expect(shown()).toEqual([]);
  });

  it('publishes nothing where records of requests are off', async () => {
    const { ledger, settler, head, ref } = world({ isOff: true });
    await ledger.open(head, [], [first, second]);

    expect(await settler.settle(ref)).toBe(false);
    expect(await ledger.read(ref)).toMatchObject({ claim: null });
  });
});

describe('RequestSettler.catchUp()', () => {
  it('publishes what was left over, and looks at the rest again an hour later', async () => {
    const { ledger, settler, head, shown } = world();
    await ledger.open(head, [], [first, second]);
    const other = { ...head, request: { ...head.request, id: `r_${'2'.repeat(40)}` } };
    await ledger.open(other, [aWait(first)], []);

    await settler.catchUp();

    expect(shown()).toEqual(['0 completed 2']);
    expect(await ledger.overdue(NOW + 2.5 * HOUR_MS, 10)).toEqual([]);
    expect(await ledger.overdue(NOW + 3.5 * HOUR_MS, 10)).toEqual([refOf(other)]);
  });
});
