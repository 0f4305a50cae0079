import type { LookupEnd } from '../../../shared/lookups/LookupEnd';
import type { Work } from '../../../shared/lookups/Work';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { RequestKeeper } from '../../../shared/requestRecords/RequestKeeper';
import type { RequestRecord } from '../../../shared/requestRecords/RequestRecord';
import { RequestSettler } from '../../../shared/requestRecords/RequestSettler';
import { aLookup, machineId, NOW } from '../lookups/aLookup';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { silentLogger } from '../telemetry/silentLogger';
import { aHead, aRecord } from './aRequest';
import { MemoryRequestLedger } from './MemoryRequestLedger';

const MINUTE_MS = 60_000;

function world() {
  const ledger = new MemoryRequestLedger();
  const published: RequestRecord[] = [];
  const sent: { readonly type: Work['type']; readonly inMs: number }[] = [];
  const publisher = { publish: async (each: RequestRecord) => void published.push(each) };
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const settler = new RequestSettler({ ledger, publisher, results: new MemoryBlobStore(), clock });
  const keeper = new RequestKeeper({
    ledger,
    settler,
    publisher,
    lookups: { send: async () => undefined },
    codec: {
      encode: async ({ type }, scheduledAt) => {
        sent.push({ type, inMs: scheduledAt - NOW });
        return { messageId: type, body: Buffer.from(''), contentType: 'application/json' };
      },
    },
    clock,
    random: { next: () => 0.5 },
    logger: silentLogger,
    partialAfterMs: 10 * MINUTE_MS,
  });
  return { keeper, published, sent };
}

const ofTwo = (record: EnrichmentRecord) => ({
  ...record,
  request: { ...record.request, of: 2 },
});
const [first, second] = [aRecord({ position: 1 }), aRecord({ position: 2 })].map(ofTwo) as [
  EnrichmentRecord,
  EnrichmentRecord,
]; // as many
const ended = (record: EnrichmentRecord): LookupEnd => ({
  state: 'ended',
  record,
  isOut: true,
  isQuarantined: false,
});
const waiting = ({ lookupId }: EnrichmentRecord): LookupEnd => ({
  state: 'waiting',
  lookup: aLookup('machine', machineId('a'), { id: lookupId, position: 2 }),
  generation: 0,
  endpoint: 'machine',
  waitsFor: 'slot',
  resumeAt: NOW + MINUTE_MS,
});

describe('RequestKeeper', () => {
  it('publishes a request that is over with its first delivery, and leaves no work behind', async () => {
    const { keeper, published, sent } = world();

    await keeper.taken(aHead(2), [ended(first), ended(second)], { isRedelivered: false });

    expect(published).toMatchObject([{ generation: 0, status: 'completed', final: true }]);
    expect(sent).toEqual([]);
  });

  it('publishes a request with the last lookup that waited', async () => {
    const { keeper, published, sent } = world();
    await keeper.taken(aHead(2), [ended(first), waiting(second)], { isRedelivered: false });
    expect([published, sent]).toEqual([[], [{ type: 'partial', inMs: 10 * MINUTE_MS }]]);

    await keeper.wentOn(ended(second));

    expect(published).toMatchObject([{ generation: 0, status: 'completed', request: { done: 2 } }]);
  });

  it('publishes it, too, if that one has ended before what the others found was written', async () => {
    const { keeper, published } = world();
    await keeper.wentOn(ended(second));
    expect(published).toEqual([]);

    await keeper.taken(aHead(2), [ended(first), waiting(second)], { isRedelivered: false });

    expect(published).toMatchObject([{ generation: 0, status: 'completed', request: { done: 2 } }]);
  });
});
