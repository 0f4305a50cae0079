import type { AnswerCache } from '../cache/AnswerCache';
import { answerTtlMs } from '../cache/answerTtlMs';
import type { Clock } from '../clock/Clock';
import type { AppConfig } from '../config/AppConfig';
import type { AnsweredStep } from './Progress';
import type { StepAttempt } from './StepAttempt';
import type { PlannedStep } from './steps';

export interface CachedStepsDeps {
  readonly answers: AnswerCache;
  readonly clock: Clock;
  readonly cacheTtlMs: AppConfig['cacheTtlMs'];
}

/** Answers that were paid for before. */
export class CachedSteps {
  constructor(private readonly deps: CachedStepsDeps) {}

  /** Null: none is fresh enough. */
  async find(
    { step, query }: PlannedStep,
    { freshSinceAt, maxAgeMs }: Pick<StepAttempt, 'freshSinceAt' | 'maxAgeMs'>,
  ): Promise<AnsweredStep | null> {
    const { answers, clock, cacheTtlMs } = this.deps;
    const cached = await answers.get(query, (found) => {
      const ttlMs = Math.min(answerTtlMs(query, found, cacheTtlMs), maxAgeMs ?? Infinity);
      const ageMs = clock.now() - found.fetchedAt;
      // One that seems to come from the future was dated by a wrong clock.
      return ageMs >= 0 && (found.fetchedAt >= freshSinceAt || ageMs < ttlMs);
    });
    if (!cached) return null;
    return {
      step,
      endpoint: query.endpoint,
      outcome: 'answered',
      answer: cached.answer,
      calledAt: cached.fetchedAt,
      fromCache: true,
      waitedMs: 0,
    };
  }
}
