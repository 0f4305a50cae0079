import { HOUR_MS } from '../../../shared/clock/durations';
import { requestRecordId, quarantineId } from '../../../shared/messaging/ids';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { RequestTrace } from '../../../shared/requestRecords/RequestTrace';
import { refOf, type WaitingLookup } from '../../../shared/requestRecords/RequestState';
import { traceSchema } from '../../../shared/requestRecords/Trace';
import { NOW } from '../lookups/aLookup';
import { aHead, aRecord, aWait } from './aRequest';
import { MemoryRequestLedger } from './MemoryRequestLedger';

interface Scene {
  readonly records?: readonly EnrichmentRecord[];
  readonly waiting?: readonly WaitingLookup[];
  readonly closed?: 'right' | 'service' | null;
}

/** The trace of a request of two lookups. */
async function traceOf({ records = [], waiting = [], closed = null }: Scene) {
  const ledger = new MemoryRequestLedger();
  const head = aHead(2);
  await ledger.open(head, waiting, records);
  await ledger.claim(head, { generation: 1, status: 'completed', members: [], isSent: true }, '1');
  const trace = new RequestTrace({
    ledger,
    search: { find: async () => [refOf(head)], findOpen: async () => [] },
    clock: { now: () => NOW + 60_000 },
    breakerOf: async () => closed,
    recheckAfterMs: 900_000,
  });
  return trace.of({ event: 'incident-1' });
}

const ended = aRecord({ position: 1 });
const wait = aWait(aRecord({ position: 2 }));

describe('RequestTrace.of()', () => {
  it('answers what its schema says', async () => {
    const trace = await traceOf({ records: [ended], waiting: [wait] });

    expect(traceSchema.parse(trace)).toEqual(trace);
    expect(trace).toMatchObject({
      requests: [
        {
          requestId: ended.request.id,
          format: 'plain',
          status: 'running',
          of: 2,
          done: 1,
          records: [0, 1].map((generation) => ({
            id: requestRecordId(ended.request.id, generation),
            generation,
          })),
          leftOutCount: 3,
        },
      ],
      keptUntil: '2026-12-06T00:00:00.000Z',
    });
  });

  it.each<{ title: string; scene: Scene; expected: object }>([
    {
      title: 'its slot',
      scene: { waiting: [wait] },
      expected: {
        state: 'waitingForSlot',
        endpoint: 'machines/{id}',
        nextAt: new Date(NOW + HOUR_MS).toISOString(),
        outcome: null,
        durationsMs: { total: 60_000, waited: null },
      },
    },
    {
      title: 'a right that the application does not have',
      scene: { waiting: [wait], closed: 'right' },
      expected: { state: 'waitingForRight' },
    },
    {
      title: 'Defender after failures',
      scene: { waiting: [{ ...wait, waitsFor: 'service' }] },
      expected: { state: 'waitingForService' },
    },
    {
      title: 'an answer, as its time has come',
      scene: { waiting: [{ ...wait, nextAt: NOW }] },
      expected: { state: 'asked' },
    },
    {
      title: 'a second look',
      scene: { records: [aRecord({ position: 2, final: false })] },
      expected: {
        state: 'recheckAt',
        outcome: 'notSeen',
        nextAt: new Date(NOW + 900_000).toISOString(),
      },
    },
    {
      title: 'nothing more',
      scene: { records: [aRecord({ position: 2 })], waiting: [wait] },
      expected: { state: 'ended', outcome: 'notSeen', nextAt: null, quarantineId: null },
    },
  ])('says that a lookup waits for $title', async ({ scene, expected }) => {
    const trace = await traceOf(scene);

    expect(trace?.requests[0]?.lookups).toMatchObject([expected]);
  });

  it('names the copy in quarantine of a lookup that ended without an answer', async () => {
    const denied = {
      ...ended,
      outcome: 'denied',
      reason: { code: 'defender.forbidden', message: '' },
    } as const;

    const trace = await traceOf({ records: [denied] });

    expect(trace?.requests[0]?.lookups).toMatchObject([
      {
        outcome: 'denied',
        reason: { code: 'defender.forbidden' },
        quarantineId: quarantineId([ended.id]),
      },
    ]);
  });
});
