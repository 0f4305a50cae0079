import { setImmediate as turn } from 'node:timers/promises';
import { SeededRandom } from '../../../local/SeededRandom';
import type { LookupEnd } from '../../../shared/lookups/LookupEnd';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { RequestKeeper } from '../../../shared/requestRecords/RequestKeeper';
import type { RequestLedger } from '../../../shared/requestRecords/RequestLedger';
import type { RequestRecord } from '../../../shared/requestRecords/RequestRecord';
import { RequestSettler } from '../../../shared/requestRecords/RequestSettler';
import { refOf } from '../../../shared/requestRecords/RequestState';
import { aLookup, machineId, NOW } from '../lookups/aLookup';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { silentLogger } from '../telemetry/silentLogger';
import { aHead, aRecord, aWait } from './aRequest';
import { MemoryRequestLedger } from './MemoryRequestLedger';

type Gate = () => Promise<void>;

/** A process: what it does outside waits at its gate, each time. */
interface Process {
  readonly keeper: RequestKeeper;
  readonly settler: RequestSettler;
}
type Task = (process: Process) => Promise<unknown>;

const OF = 2;
const head = aHead(OF);
const ref = refOf(head);
const ofTwo = (record: EnrichmentRecord): EnrichmentRecord => ({
  ...record,
  request: { ...head.request, position: record.request.position },
});
const [first, second] = [aRecord({ position: 1 }), aRecord({ position: 2 })].map(ofTwo) as [
  EnrichmentRecord,
  EnrichmentRecord,
]; // as many
const again = ofTwo(aRecord({ position: 2, generation: 1, machines: [] }));

const gated = (ledger: RequestLedger, gate: Gate): RequestLedger => ({
  open: (...of) => gate().then(() => ledger.open(...of)),
  addFinished: (...of) => gate().then(() => ledger.addFinished(...of)),
  addRecord: (...of) => gate().then(() => ledger.addRecord(...of)),
  noteWaiting: (...of) => gate().then(() => ledger.noteWaiting(...of)),
  read: (...of) => gate().then(() => ledger.read(...of)),
  readRecords: (...of) => gate().then(() => ledger.readRecords(...of)),
  claim: (...of) => gate().then(() => ledger.claim(...of)),
  overdue: (...of) => gate().then(() => ledger.overdue(...of)),
  lookAgainAt: (...of) => gate().then(() => ledger.lookAgainAt(...of)),
});

/** On a queue that drops what has the id of an earlier message. */
class World {
  readonly ledger = new MemoryRequestLedger();
  readonly published: RequestRecord[] = [];

  process(gate: Gate): Process {
    const ledger = gated(this.ledger, gate);
    const clock = { now: () => NOW, sleep: () => Promise.resolve() };
    const publisher = {
      publish: async (record: RequestRecord) => {
        await gate();
        if (!this.published.some(({ id }) => id === record.id)) this.published.push(record);
      },
    };
    const settler = new RequestSettler({
      ledger,
      publisher,
      results: new MemoryBlobStore(),
      clock,
    });
    const keeper = new RequestKeeper({
      ledger,
      settler,
      publisher,
      lookups: { send: () => Promise.resolve() },
      codec: {
        encode: async ({ type }) => ({
          messageId: type,
          body: Buffer.from(''),
          contentType: 'application/json',
        }),
      },
      clock,
      random: { next: () => 0.5 },
      logger: silentLogger,
      partialAfterMs: 60_000,
    });
    return { keeper, settler };
  }

  /** Lets the tasks go on step by step, as `pick` (0 … below) chooses among those that have not ended. */
  async run(tasks: readonly Task[], pick: (count: number) => number): Promise<void> {
    const atGate = new Map<Task, () => void>();
    let running = tasks.length;
    const ends = tasks.map(async (task) => {
      await task(this.process(() => new Promise((go) => atGate.set(task, go))));
      running -= 1;
    });
    for (;;) {
      while (atGate.size < running) await turn();
      if (running === 0) break;
      const waiting = tasks.filter((task) => atGate.has(task));
      const task = waiting[pick(waiting.length)] ?? waiting[0];
      const go = task && atGate.get(task);
      if (task) atGate.delete(task);
      go?.();
      await turn();
    }
    await Promise.all(ends);
  }

  /** What must hold in the end, whoever came first. */
  async verdict() {
    const last = this.published.at(-1);
    const state = await this.ledger.read(ref);
    return {
      generations: this.published.map(({ generation }) => generation),
      last: [last?.status, last?.request.done, last?.final],
      isSent: state?.claim?.isSent,
      recordIds: last?.lookups.map(({ recordId }) => recordId),
    };
  }
}

async function expectGood(world: World, newest: readonly EnrichmentRecord[], how: unknown) {
  const verdict = await world.verdict();
  expect({ how, ...verdict }).toEqual({
    how,
    generations: verdict.generations.map((_, index) => index),
    last: ['completed', OF, true],
    isSent: true,
    recordIds: newest.map(({ id }) => id),
  });
}

const ended = (record: EnrichmentRecord): LookupEnd => ({
  state: 'ended',
  record,
  isOut: true,
  isQuarantined: false,
});
const waiting: LookupEnd = {
  state: 'waiting',
  lookup: aLookup('machine', machineId('a'), { id: second.lookupId, position: 2 }),
  generation: 0,
  endpoint: 'machine',
  waitsFor: 'slot',
  resumeAt: NOW,
};

const ends =
  (record: EnrichmentRecord): Task =>
  ({ keeper }) =>
    keeper.wentOn(ended(record));
const looks: Task = ({ settler }) => settler.settle(ref, { isPartial: true });
const takesIn: Task = ({ keeper }) =>
  keeper.taken(head, [ended(first), waiting], { isRedelivered: false });

describe('processes at the same moment', () => {
  it('that end the last two lookups lead to one record, however their steps interleave', async () => {
    // Every way: the choices of one run, counted up like the digits of a number.
    for (let choices: number[] | null = []; choices;) {
      const made: { picked: number; of: number }[] = [];
      const given = choices;
      const world = new World();
      await world.ledger.open(head, [aWait(first), aWait(second)], []);
      await world.run([ends(first), ends(second)], (of) => {
        const picked = given[made.length] ?? 0;
        made.push({ picked, of });
        return picked;
      });

      await expectGood(world, [first, second], given);
      expect(world.published).toHaveLength(1);
      const at = made.findLastIndex(({ picked, of }) => picked + 1 < of);
      choices =
        at < 0
          ? null
          : made.slice(0, at + 1).map(({ picked }, index) => picked + Number(index === at));
    }
  });

  it.each<{ title: string; tasks: readonly Task[]; newest: readonly EnrichmentRecord[] }>([
    {
      title: 'the last two ends and the look at an unfinished request',
      tasks: [ends(first), ends(second), looks],
      newest: [first, second],
    },
    {
      title: 'intake, the end of what it left waiting, and the look',
      tasks: [takesIn, ends(second), looks],
      newest: [first, second],
    },
    {
      title: 'intake twice, as its lock was lost, and the end of what it left waiting',
      tasks: [takesIn, takesIn, ends(second)].map((task) => (process) => task(process)),
      newest: [first, second],
    },
    {
      title: 'an end that is delivered twice, and a replay of it',
      tasks: [ends(first), ends(second), ends(second), ends(again)].map(
        (task) => (process) => task(process),
      ),
      newest: [first, again],
    },
    {
      title: 'all of them and housekeeping',
      tasks: [takesIn, ends(second), ends(again), looks, ({ settler }) => settler.settle(ref)],
      newest: [first, again],
    },
  ])('have one record for each generation: $title', async ({ tasks, newest }) => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = new SeededRandom(seed);
      const world = new World();
      await world.run(tasks, (count) => random.below(count));
      // Intake may not be among them.
      await world.process(() => Promise.resolve()).settler.settle(ref, { head });

      await expectGood(world, newest, { seed });
    }
  });
});
