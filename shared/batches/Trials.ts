import type { Clock } from '../clock/Clock';
import type { BatchLessons } from './BatchLessons';
import type { ListId } from './batchQuery';
import type { ListOutcome } from './ListCalls';
import { forTrouble } from './waiterIn';

export interface TrialsDeps {
  readonly lessons: Pick<BatchLessons, 'isProven' | 'learn'>;
  readonly clock: Clock;
}

/** With the time that a batch fills after its slot, less than its ticket may be used. */
const WAITS_MS = [250, 500, 1_000, 500] as const;

/**
 * Calls that are longer than any that was answered are made one at a time, in all processes: what one teaches holds for the
 * next. An economy only: the others wait for seconds, and then make theirs.
 */
export class Trials {
  constructor(private readonly deps: TrialsDeps) {}

  /** Resolves when a call of so many characters may be made: whether it is a trial. Never fails. */
  async begin(list: ListId, characters: number): Promise<boolean> {
    const { lessons, clock } = this.deps;
    const isProven = (isFresh: boolean): Promise<boolean | null> =>
      lessons.isProven(list, characters, isFresh).catch(forTrouble);
    for (const waitMs of WAITS_MS) {
      if (await isProven(waitMs !== WAITS_MS[0])) return false;
      if (await lessons.learn(list, { about: 'trial', characters })) return true;
      await clock.sleep(waitMs);
    }
    return !(await isProven(true));
  }

  /** The trial has ended; after a refusal, what follows it is still a part of it. Never fails. */
  async end(list: ListId, characters: number, outcome: ListOutcome): Promise<void> {
    const { lessons } = this.deps;
    if (outcome === 'again' || outcome === 'refused') return;
    const about = outcome === 'answered' ? outcome : 'nothing';
    await lessons.learn(list, { about, characters });
  }
}
