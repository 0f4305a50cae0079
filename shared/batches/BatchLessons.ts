import type { Clock } from '../clock/Clock';
import {
  afterLesson,
  isProven,
  isTrying,
  limitsOf,
  type BatchLimits,
  type Lesson,
  type Lessons,
} from '../quota/calendar/lessons';
import type { QuotaKeeper } from '../quota/QuotaKeeper';
import type { ListId } from './batchQuery';

export interface BatchLessonsDeps {
  readonly keeper: Pick<QuotaKeeper, 'lessonsOf' | 'teach'>;
  readonly clock: Clock;
  /** The setting. */
  readonly mostQuestions: number;
}

/** What calls have taught about batches, kept with the lists' calendars so that no process learns it anew. */
export class BatchLessons {
  constructor(private readonly deps: BatchLessonsDeps) {}

  /** By what this process last read of the calendar. @throws {QuotaUnavailableError} */
  async limits(list: ListId): Promise<BatchLimits> {
    const { keeper, clock, mostQuestions } = this.deps;
    if (mostQuestions < 2) return { questions: 1, characters: 0 };
    return limitsOf(await keeper.lessonsOf(list), mostQuestions, clock.now());
  }

  /** Why the list takes no batches, as far as this process has read. @throws {QuotaUnavailableError} */
  async off(list: ListId): Promise<Lessons['off']> {
    const { keeper, clock } = this.deps;
    const off = (await keeper.lessonsOf(list))?.off ?? null;
    return off && off.until > clock.now() ? off : null;
  }

  /** Whether a call of so many characters was answered lately. `isFresh`: reads first. @throws {QuotaUnavailableError} */
  async isProven(list: ListId, characters: number, isFresh = false): Promise<boolean> {
    const { keeper, clock } = this.deps;
    return isProven(await keeper.lessonsOf(list, isFresh), characters, clock.now());
  }

  /** Whether a longer call is being tried, as far as this process has read. @throws {QuotaUnavailableError} */
  async isTrying(list: ListId): Promise<boolean> {
    const { keeper, clock } = this.deps;
    return isTrying(await keeper.lessonsOf(list), clock.now());
  }

  /** Whether it was new. Never fails. */
  learn(list: ListId, lesson: Lesson): Promise<boolean> {
    const { keeper, mostQuestions } = this.deps;
    return keeper.teach(list, (known, now) =>
      afterLesson(known, lesson, { most: mostQuestions, now }),
    );
  }
}
