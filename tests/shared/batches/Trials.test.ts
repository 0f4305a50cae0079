import { BatchLessons } from '../../../shared/batches/BatchLessons';
import { Trials, type Leave } from '../../../shared/batches/Trials';
import type { Lessons } from '../../../shared/quota/calendar/lessons';
import { NOW } from '../lookups/aLookup';

/** Processes that share what was learnt; `onWait`: what happens while one waits. */
function processes(onWait: (waits: number) => unknown = () => undefined) {
  let known: Lessons | undefined;
  let waits = 0;
  const clock = { now: () => NOW, sleep: async () => void (await onWait((waits += 1))) };
  const lessons = new BatchLessons({
    keeper: {
      lessonsOf: async () => known,
      teach: async (_list, change) => {
        const learnt = change(known, NOW);
        known = learnt ?? known;
        return learnt !== null;
      },
    },
    clock,
    mostQuestions: 30,
  });
  return { trials: new Trials({ lessons, clock }), waits: () => waits };
}

describe('A call that is longer than any that was answered', () => {
  it('is a trial; others are not, once it was answered, but long ones after a short one', async () => {
    const { trials, waits } = processes();

    expect(await trials.begin('machines', 90)).toBe('trial');
    await trials.end('machines', 90, 'answered');
    expect(await trials.begin('machines', 390)).toBe('proven');
    expect(await trials.begin('machines', 950)).toBe('trial');
    await trials.end('machines', 950, 'answered');
    expect(await trials.begin('machines', 1_600)).toBe('proven');
    expect(waits()).toBe(0);
  });

  it.each<{ outcome: 'answered' | 'throttled' | 'tooLong'; leave: Leave }>([
    { outcome: 'answered', leave: 'proven' },
    { outcome: 'throttled', leave: 'trial' },
    { outcome: 'tooLong', leave: 'trial' },
  ])('waits until that of another has ended: $outcome', async ({ outcome, leave }) => {
    const { trials, waits } = processes((count) =>
      count === 2 ? trials.end('machines', 900, outcome) : undefined,
    );
    await trials.begin('machines', 900);

    expect(await trials.begin('machines', 900)).toBe(leave);
    expect(waits()).toBe(2);
  });

  it('is not made now if the other takes longer than a ticket may wait', async () => {
    const { trials, waits } = processes();
    await trials.begin('machines', 900);

    expect(await trials.begin('machines', 900)).toBe('none');
    expect(waits()).toBe(4);
  });
});
