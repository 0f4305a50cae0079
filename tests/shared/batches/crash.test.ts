import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { matchesFilter } from '../../../shared/defender/matchesFilter';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { aMachine, anAnswer, machineId, notFound, NOW } from '../lookups/aLookup';
import { Crash, CrashableWorld, type Fault } from '../lookups/CrashableWorld';

const ALERT = 'da637472900382838869_1364969609';
const MACHINES = [
  aMachine(machineId('a'), { computerDnsName: 'ws-a.contoso.com' }),
  aMachine(machineId('b'), { computerDnsName: 'ws-b.contoso.com' }),
  aMachine(machineId('c'), { computerDnsName: 'ws-c.contoso.com' }),
];

function answer(query: DefenderQuery): DefenderAnswer {
  switch (query.endpoint) {
    case 'machines': {
      const { filter } = query;
      return anAnswer({
        machines: MACHINES.filter((each) => filter && matchesFilter(filter, each)),
      });
    }
    case 'machine':
      return known(query.id.value);
    case 'alerts':
      return anAnswer({ alerts: [{ id: ALERT, machineId: machineId('c') }] });
    case 'alertMachine':
      return known(query.alertId.value === ALERT ? machineId('c') : '');
    default:
      return anAnswer();
  }
}

function known(id: string): DefenderAnswer {
  const machines = MACHINES.filter((each) => each.id === id);
  return machines.length > 0 ? anAnswer({ machines }) : notFound;
}

/** Each kind whose questions share calls, one that Defender does not know, and one question twice. */
const MESSAGES = [
  { id: '1', machineId: machineId('a') },
  { id: '2', indicators: [{ host: 'ws-b.contoso.com' }, { machineId: machineId('f') }] },
  { id: '3', indicators: [{ alertId: ALERT }, { host: 'ws-c.contoso.com' }] },
  { id: '4', alertId: 'da637472900382838869_1' },
  { id: '5', machineId: machineId('a') },
].map((message) => JSON.stringify(message));

const run = (fault: Fault | null, sharesCalls = true): Promise<CrashableWorld> =>
  new CrashableWorld({
    answer,
    slotDelayMs: 60_000,
    fault,
    sharesCalls,
    requestRecords: false,
  }).deliver(...MESSAGES);

/** By id; how and when an answer was come by may differ. */
const recordsOf = ({ outputs }: CrashableWorld): readonly object[] =>
  outputs
    .map((record: EnrichmentRecord) => ({ ...record, evidence: null, enrichedAt: null }))
    .toSorted((a, b) => a.id.localeCompare(b.id));

describe('questions of several messages that wait in batches', () => {
  let undisturbed: CrashableWorld;
  let everyPoint: Pick<Fault, 'at' | 'when'>[];

  beforeAll(async () => {
    undisturbed = await run(null);
    everyPoint = Array.from({ length: undisturbed.actions }, (_, at) => [
      { at, when: 'before' as const },
      { at, when: 'after' as const },
    ]).flat();
  });

  it('are answered as by their own calls, by fewer', async () => {
    const alone = await run(null, false);

    expect(recordsOf(undisturbed)).toEqual(recordsOf(alone));
    expect([undisturbed.calls.length, alone.calls.length]).toEqual([5, 6]);
  });

  it.each<{ title: string; error: () => Error }>([
    { title: 'a crash', error: () => new Crash('gone') },
    { title: 'a storage that fails', error: () => new StorageUnavailableError('write', '503') },
  ])(
    'lose nothing and show nothing twice after $title while they join, close, call, answer or wake',
    async ({ error }) => {
      expect(everyPoint.length).toBeGreaterThan(100);
      for (const point of everyPoint) {
        const world = await run({ ...point, error });

        expect({ point, records: recordsOf(world) }).toEqual({
          point,
          records: recordsOf(undisturbed),
        });
        expect(world.quarantined).toEqual([]);
        expect(world.maxDeliveryCount).toBeLessThanOrEqual(2);
      }
    },
  );

  it('are answered by their own calls if the owner of their batch is cancelled', async () => {
    const owner = { source: 'scan', indicators: [{ machineId: machineId('a') }] };
    const world = new CrashableWorld({
      answer,
      slotDelayMs: 60_000,
      fault: null,
      sharesCalls: true,
      requestRecords: false,
      cancelled: [{ by: { source: 'scan' }, writtenAt: NOW + 1 }],
    });

    await world.deliver(JSON.stringify(owner), ...MESSAGES.slice(1, 3));

    const outcomes = world.outputs.map(({ request, outcome }) => `${request.source} ${outcome}`);
    expect(outcomes.toSorted()).toEqual([
      'scan expired',
      'siem found',
      'siem found',
      'siem found',
      'siem notSeen',
    ]);
  });
});
