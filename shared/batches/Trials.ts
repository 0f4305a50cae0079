import type { Clock } from '../clock/Clock';
import type { BatchLessons } from './BatchLessons';
import type { ListId } from './batchQuery';
import type { ListOutcome } from './ListCalls';
import { forTrouble } from './waiterIn';

export interface TrialsDeps {
  readonly lessons: Pick<BatchLessons, 'isProven' | 'isTrying' | 'learn'>;
  readonly clock: Clock;
}

/** `proven`: calls of this length are answered. `trial`: to be ended. `none`: another's has not ended. */
export type Leave = 'proven' | 'trial' | 'none';

/** With the time that a batch fills after its slot, less than its ticket may be used. */
const WAITS_MS = [250, 500, 1_000, 500] as const;

/**
 * Calls that are longer than any that was answered are made one at a time, in all processes: what one teaches holds for the
 * next.
 */
export class Trials {
  constructor(private readonly deps: TrialsDeps) {}

  /** Resolves when a call of so many characters may be made, or that of another takes too long. Never fails. */
  async begin(list: ListId, characters: number): Promise<Leave> {
    const { lessons, clock } = this.deps;
    try {
      let isFresh = false;
      for (const waitMs of WAITS_MS) {
        if (await lessons.isProven(list, characters, isFresh)) return 'proven';
        const isMine =
          !(await lessons.isTrying(list)) &&
          (await lessons.learn(list, { about: 'trial', characters }));
        if (isMine) return 'trial';
        await clock.sleep(waitMs);
        isFresh = true;
      }
      return (await lessons.isProven(list, characters, isFresh)) ? 'proven' : 'none';
    } catch (error) {
      forTrouble(error);
      return 'none';
    }
  }

  /** The trial has ended; after a refusal, what follows it is still a part of it. Never fails. */
  async end(list: ListId, characters: number, outcome: ListOutcome): Promise<void> {
    const { lessons } = this.deps;
    if (outcome === 'again' || outcome === 'refused') return;
    const about = outcome === 'answered' ? outcome : 'nothing';
    await lessons.learn(list, { about, characters });
  }
}
