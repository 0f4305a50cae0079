import { WorkCodec } from '../../../shared/lookups/WorkCodec';
import { REDRIVEN } from '../../../shared/messaging/DeadLetterQueue';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { aMachine, anAnswer, machineId, NOW } from './aLookup';
import { Crash, CrashableWorld, type Fault } from './CrashableWorld';

const HASH = '3395856ce81f2b7382dee72602f798b642f14140';
const EVENT = JSON.stringify({ id: 'incident-1', source: 'siem', hash: HASH });

/** A world in which work has to wait, and kills the process that takes it the first `deadlyDeliveries` times. */
function worldWith(deadlyDeliveries: number, fault: Fault | null = null): CrashableWorld {
  const answer = () => anAnswer({ machines: [aMachine(machineId('a'))] });
  return new CrashableWorld({ answer, slotDelayMs: 60_000, fault, deadlyDeliveries });
}

/** Until the work has been given up on once, taken back, and delivered again. */
async function runOnce(world: CrashableWorld): Promise<CrashableWorld> {
  await world.deliver(EVENT);
  await world.keepHouse();
  return world.deliver();
}

async function runTwice(world: CrashableWorld): Promise<CrashableWorld> {
  await runOnce(world);
  await world.keepHouse();
  return world.deliver();
}

describe('work that the broker gave up on', () => {
  it('is taken back once, and ends as if nothing had been', async () => {
    const world = await runOnce(worldWith(10));

    expect(world.outputs.map(({ outcome }) => outcome)).toEqual(['found']);
    expect(world.deadLetters).toEqual([]);
    expect(world.quarantined).toEqual([]);
  });

  it('ends with a record and in quarantine, with the reason of the broker, the second time', async () => {
    const world = await runTwice(worldWith(20));

    expect(world.outputs).toMatchObject([
      {
        outcome: 'failed',
        reason: {
          code: 'queue.deadLettered',
          message: expect.stringContaining('MaxDeliveryCountExceeded') as string,
        },
        incomplete: [{ endpoint: 'files/{sha1}/machines', reason: 'failed' }],
      },
    ]);
    expect(world.quarantined).toHaveLength(1);
    expect(world.deadLetters).toEqual([]);
  });

  it.each([
    { title: 'a lookup that goes on', deadly: 10, outcome: 'found' },
    { title: 'a record', deadly: 20, outcome: 'failed' },
  ])('leaves $title to the same event sent again', async ({ deadly, outcome }) => {
    const world = worldWith(deadly);
    await world.deliver(EVENT);
    await world.deliver(EVENT);
    expect(world.outputs).toEqual([]);

    await world.keepHouse();
    await world.deliver(EVENT);
    await world.keepHouse();
    await world.deliver(EVENT);

    expect(world.outputs.map((record) => record.outcome)).toEqual([outcome]);
  });

  it.each([
    { title: 'taken back', deadly: 10, outcome: 'found' },
    { title: 'given up', deadly: 20, outcome: 'failed' },
  ])('is $title once if a process dies at any point', async ({ deadly, outcome }) => {
    const { actions } = await runTwice(worldWith(deadly));
    const points = Array.from({ length: actions }, (_, at) => [
      { at, when: 'before' as const },
      { at, when: 'after' as const },
    ]).flat();
    for (const point of points) {
      const world = worldWith(deadly, { ...point, error: () => new Crash('gone') });
      await runTwice(world);
      // Whoever died is followed by another.
      await runTwice(world);

      const outcomes = world.outputs.map((record) => record.outcome);
      expect({ point, outcomes }).toEqual({ point, outcomes: [outcome] });
    }
  });

  it('brings its record, if it was to publish one, the second time too', async () => {
    const [record] = (await runOnce(worldWith(0))).outputs;
    if (!record) throw new Error('no record');
    const results = new MemoryBlobStore();
    const codec = new WorkCodec({ results, tenantId: '', clock: { now: () => NOW } });
    const work = await codec.encode({ type: 'publish', record, hop: 3 }, NOW);
    const message = { ...work, applicationProperties: { [REDRIVEN]: true } };
    const world = worldWith(0);
    world.deadLetters.push({ queue: 'lookups', message, sequenceNumber: '1', deliveryCount: 10 });

    await world.keepHouse();

    expect(world.outputs).toEqual([record]);
    expect([world.deadLetters, world.quarantined]).toEqual([[], []]);
  });

  it('lies in quarantine as it is if it cannot be read', async () => {
    const world = worldWith(0);
    const message = { messageId: 'x', body: Buffer.from('{}'), contentType: 'application/json' };
    world.deadLetters.push({ queue: 'lookups', message, sequenceNumber: '1', deliveryCount: 10 });

    await world.keepHouse();

    expect(world.quarantined).toHaveLength(1);
    expect(world.deadLetters).toEqual([]);
  });
});
