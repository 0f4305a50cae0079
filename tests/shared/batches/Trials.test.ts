import { BatchLessons } from '../../../shared/batches/BatchLessons';
import { Trials } from '../../../shared/batches/Trials';
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
  it('is a trial; others of about its length are not, once it was answered', async () => {
    const { trials, waits } = processes();

    expect(await trials.begin('machines', 950)).toBe(true);
    await trials.end('machines', 950, 'answered');

    expect(await trials.begin('machines', 990)).toBe(false);
    expect(await trials.begin('machines', 1_100)).toBe(true);
    expect(waits()).toBe(0);
  });

  it.each<{ outcome: 'answered' | 'throttled' | 'tooLong'; isTrial: boolean }>([
    { outcome: 'answered', isTrial: false },
    { outcome: 'throttled', isTrial: true },
    { outcome: 'tooLong', isTrial: true },
  ])('waits until that of another has ended: $outcome', async ({ outcome, isTrial }) => {
    const { trials, waits } = processes((count) =>
      count === 2 ? trials.end('machines', 900, outcome) : undefined,
    );
    await trials.begin('machines', 900);

    expect(await trials.begin('machines', 900)).toBe(isTrial);
    expect(waits()).toBe(2);
  });

  it('is made after a few seconds, whatever the other does', async () => {
    const { trials, waits } = processes();
    await trials.begin('machines', 900);

    expect(await trials.begin('machines', 900)).toBe(true);
    expect(waits()).toBe(4);
  });
});
