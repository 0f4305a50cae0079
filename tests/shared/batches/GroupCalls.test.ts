import { setImmediate as nextTurn } from 'node:timers/promises';
import { Group } from '../../../shared/batches/Group';
import { GroupCalls, type GroupCallsDeps } from '../../../shared/batches/GroupCalls';
import type { ListOutcome } from '../../../shared/batches/ListCalls';
import type { BatchLimits, Lesson } from '../../../shared/quota/calendar/lessons';
import type { Leave } from '../../../shared/batches/Trials';
import { machineId, NOW } from '../lookups/aLookup';
import { aMember, aQuestion, firstStep, LIST_TICKET } from './aQuestion';

const LIMITS = { questions: 30, characters: 1_600 };
const nothing = (): void => undefined;

/** A list whose calls end when the test says so, and whose trials begin when it says so. */
function list(desk: GroupCallsDeps['desk'] = null) {
  const open: ((outcome: ListOutcome) => void)[] = [];
  const waiting: ((leave: Leave) => void)[] = [];
  const ended: ListOutcome[] = [];
  const lessons: Lesson[] = [];
  const sizes: number[] = [];
  let limits: BatchLimits = LIMITS;
  const calls = new GroupCalls(
    {
      quota: {
        take: async () => ({ outcome: 'granted', ticket: LIST_TICKET, slotAt: NOW }),
        awaitSlot: async () => ({ outcome: 'call' }),
      },
      slots: { forecast: async () => NOW },
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
      desk,
      lessons: {
        limits: async () => limits,
        isProven: async () => false,
        learn: async (_list, lesson) => lessons.push(lesson) > 0,
      },
      trials: {
        begin: () => new Promise((resolve) => void waiting.push(resolve)),
        end: async (_list, _characters, outcome) => void ended.push(outcome),
      },
      calls: {
        call: (_list, { length }) => {
          sizes.push(length);
          return new Promise((resolve) => void open.push(resolve));
        },
      },
    },
    { isHigh: () => false },
  );
  const members = ['a', 'b', 'c', 'd'].map((digit) =>
    aMember(aQuestion({ planned: firstStep('machine', machineId(digit)) })),
  );
  const group = new Group('machines', LIMITS, members);
  return {
    members,
    open,
    waiting,
    ended,
    lessons,
    sizes,
    limit: (next: BatchLimits): void => void (limits = next),
    ask: () => calls.ask(group, nothing),
    askNow: () => calls.askNow(group, LIST_TICKET),
  };
}

describe('A call of a list for several questions', () => {
  it.each(['ask', 'askNow'] as const)('waits for the trial of another (%s)', async (way) => {
    const world = list();
    const asked = world[way]();
    await nextTurn();
    expect(world.open).toHaveLength(0);

    world.waiting[0]?.('proven');
    await nextTurn();
    world.open[0]?.('answered');
    await asked;

    expect(world.sizes).toEqual([4]);
    expect(world.ended).toEqual([]);
  });

  it('is not made if the trial of another shows meanwhile that the list takes none', async () => {
    const world = list();
    const asked = world.askNow();
    await nextTurn();

    world.limit({ questions: 1, characters: 1_600 });
    world.waiting[0]?.('proven');
    await asked;

    expect(world.sizes).toEqual([]);
    expect(world.members.map(({ told }) => told)).toEqual(Array(4).fill([{ outcome: 'alone' }]));
  });

  it('is made later, in another batch, if the trial of another takes too long', async () => {
    const joined: number[] = [];
    const world = list({ join: async ({ members }) => void joined.push(members.length) });
    const asked = world.askNow();
    await nextTurn();

    world.waiting[0]?.('none');
    await asked;

    expect(world.sizes).toEqual([]);
    expect(joined).toEqual([4]);
  });

  it('is followed by its halves, one after the other, if it is a trial that is refused', async () => {
    const world = list();
    const asked = world.askNow();
    await nextTurn();
    world.waiting[0]?.('trial');
    for (const call of [0, 1, 2]) {
      await nextTurn();
      expect(world.open).toHaveLength(call + 1);
      world.open[call]?.('refused');
    }
    await asked;

    expect(world.sizes).toEqual([4, 2, 2]);
    expect(world.waiting).toHaveLength(1);
    expect(world.lessons).toEqual([{ about: 'refused' }]);
  });
});
