import { setImmediate as nextTurn } from 'node:timers/promises';
import { Group } from '../../../shared/batches/Group';
import { GroupCalls } from '../../../shared/batches/GroupCalls';
import type { ListOutcome } from '../../../shared/batches/ListCalls';
import { machineId, NOW } from '../lookups/aLookup';
import { aMember, aQuestion, firstStep, LIST_TICKET } from './aQuestion';

const LIMITS = { questions: 30, characters: 1_600 };
const nothing = (): void => undefined;

/** A list whose calls end when the test says so. */
function list() {
  const open: ((outcome: ListOutcome) => void)[] = [];
  const calls = new GroupCalls(
    {
      quota: {
        take: async () => ({ outcome: 'granted', ticket: LIST_TICKET, slotAt: NOW }),
        awaitSlot: async () => ({ outcome: 'call' }),
      },
      slots: { forecast: async () => NOW },
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
      desk: null,
      lessons: { limits: async () => LIMITS, learn: async () => undefined },
      calls: { call: () => new Promise((resolve) => void open.push(resolve)) },
    },
    { isHigh: () => false },
  );
  const ask = (): void => {
    const members = ['a', 'b'].map((digit) =>
      aMember(aQuestion({ planned: firstStep('machine', machineId(digit)) })),
    );
    void calls.ask(new Group('machines', LIMITS, members), nothing);
  };
  return { ask, open };
}

describe('Calls of a list for several questions', () => {
  it('are made one at a time until one was answered, then at once', async () => {
    const { ask, open } = list();
    for (let group = 0; group < 4; group += 1) ask();
    await nextTurn();
    expect(open).toHaveLength(1);

    open[0]?.('throttled');
    await nextTurn();
    expect(open).toHaveLength(2);

    open[1]?.('answered');
    await nextTurn();
    expect(open).toHaveLength(4);
  });
});
