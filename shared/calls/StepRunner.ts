import type { AnswerCache } from '../cache/AnswerCache';
import type { SingleFlight } from '../cache/SingleFlight';
import type { Clock } from '../clock/Clock';
import type { AppConfig } from '../config/AppConfig';
import type { DefenderClient } from '../defender/DefenderClient';
import { DefenderRejectedError, DefenderUnauthorizedError } from '../defender/defenderErrors';
import { queryKey } from '../defender/endpoints';
import { oldestSightingAt } from '../defender/oldestSightingAt';
import { TokenUnavailableError } from '../identity/TokenUnavailableError';
import type { Quota, Ticket } from '../quota/Quota';
import { QuotaUnavailableError } from '../quota/QuotaUnavailableError';
import { quotaUnavailable } from '../telemetry/events';
import { CachedSteps } from './CachedSteps';
import { CountOption } from './CountOption';
import { callResultOf, FailedCalls, type FailedCallsDeps } from './FailedCalls';
import { JointSteps, type JointStepsDeps, type Round } from './JointSteps';
import type { AnsweredStep, StepResult } from './Progress';
import type { PlannedStep } from './steps';
import { forbiddenUntil } from './refusals';
import {
  again,
  postponed,
  unanswered,
  type Again,
  type Postponed,
  type StepAttempt,
} from './StepAttempt';
import { expiredReasons, objectForbiddenReason } from './stepReasons';
import { TurnTaker, type TurnTakerDeps } from './TurnTaker';

export interface StepRunnerDeps extends FailedCallsDeps, TurnTakerDeps {
  readonly quota: Quota;
  readonly defender: DefenderClient;
  readonly answers: AnswerCache;
  readonly inFlight: SingleFlight<StepResult | Postponed>;
  readonly batches: JointStepsDeps['batches'];
  readonly clock: Clock;
  readonly cacheTtlMs: AppConfig['cacheTtlMs'];
}

/** Tickets taken in one delivery, before the step is put off. */
const MAX_ROUNDS = 5;

/** Gets one answer: from the cache, from an equal call under way, or from Defender with a ticket of the calendar. */
export class StepRunner {
  private readonly count = new CountOption();
  private readonly failedCalls: FailedCalls;
  private readonly turns: TurnTaker;
  private readonly cached: CachedSteps;
  private readonly joint: JointSteps;

  constructor(private readonly deps: StepRunnerDeps) {
    this.failedCalls = new FailedCalls(deps);
    this.turns = new TurnTaker(deps);
    this.cached = new CachedSteps(deps);
    this.joint = new JointSteps({ ...deps, cached: this.cached });
  }

  async run(planned: PlannedStep, attempt: StepAttempt): Promise<StepResult | Postponed> {
    const result = await this.lookUp(planned, attempt);
    if (result.outcome !== 'postponed') return result;
    if (result.resumeAt > attempt.expiresAt)
      return unanswered(planned, 'expired', expiredReasons.age);
    const deniedAt = forbiddenUntil(result.refusals, this.deps.deniedAfterMs);
    return result.resumeAt > deniedAt ? { ...result, ticket: null, resumeAt: deniedAt } : result;
  }

  private async lookUp(
    planned: PlannedStep,
    attempt: StepAttempt,
  ): Promise<StepResult | Postponed> {
    const arrived = this.joint.expect(planned);
    try {
      return await this.lookUpExpected(planned, attempt, arrived);
    } finally {
      arrived();
    }
  }

  /** `arrived`: to be called once it is known whether the step is asked for together with others. */
  private async lookUpExpected(
    planned: PlannedStep,
    attempt: StepAttempt,
    arrived: () => void,
  ): Promise<StepResult | Postponed> {
    const { inFlight } = this.deps;
    const known = await this.cached.find(planned, attempt);
    if (known) return this.afterAnswer(known, planned, attempt, arrived);
    const late = this.tooLate(planned, attempt);
    if (late) return late;
    const now = this.deps.clock.now();
    if (now >= attempt.deadlineAt) return postponed(attempt, now);
    const key = queryKey(planned.query);
    const another = inFlight.underWay(key);
    if (!another) return inFlight.run(key, () => this.ask(planned, attempt, arrived));
    // Who waits for another's answer asks for nothing itself.
    arrived();
    const shared = await another;
    if (shared.outcome !== 'answered') return this.ask(planned, attempt, arrived);
    const own = { ...shared, step: planned.step, fromCache: true };
    return this.afterAnswer(own, planned, attempt, arrived);
  }

  /** The answer is known; others may wait for a call with this ticket. */
  private async afterAnswer(
    known: AnsweredStep,
    planned: PlannedStep,
    attempt: StepAttempt,
    arrived: () => void,
  ): Promise<AnsweredStep | Postponed> {
    const { defender, clock } = this.deps;
    if (attempt.ticket === null || attempt.batch === null) return known;
    try {
      await defender.prepare();
      const round = { round: 0, startedAt: clock.now(), arrived };
      return (await this.joint.callForOthers(planned, attempt, round)) ?? known;
    } catch (error) {
      if (error instanceof QuotaUnavailableError || error instanceof TokenUnavailableError)
        return known;
      throw error;
    }
  }

  private tooLate(planned: PlannedStep, { expiresAt, refusals }: StepAttempt): StepResult | null {
    const { clock, deniedAfterMs } = this.deps;
    const { query } = planned;
    const now = clock.now();
    const isAged = query.endpoint === 'findByIp' && query.at < oldestSightingAt(now);
    if (isAged) return unanswered(planned, 'expired', expiredReasons.aged);
    if (now >= forbiddenUntil(refusals, deniedAfterMs))
      return unanswered(planned, 'denied', objectForbiddenReason(query.endpoint));
    return now < expiresAt ? null : unanswered(planned, 'expired', expiredReasons.age);
  }

  private async ask(
    planned: PlannedStep,
    first: StepAttempt,
    arrived: () => void,
  ): Promise<StepResult | Postponed> {
    const { clock } = this.deps;
    const startedAt = clock.now();
    let state = first;
    try {
      for (let round = 0; round < MAX_ROUNDS && clock.now() < first.deadlineAt; round++) {
        const result = await this.round(planned, state, { round, startedAt, arrived });
        if (result.outcome !== 'again') return result;
        state = result.state;
      }
      return postponed(state, clock.now());
    } catch (error) {
      if (error instanceof QuotaUnavailableError) {
        const { endpoint } = planned.query;
        quotaUnavailable(this.deps.logger, { endpoint, condition: error.message });
      }
      if (error instanceof QuotaUnavailableError || error instanceof TokenUnavailableError) {
        return this.failedCalls.failed(planned, state, error.code);
      }
      throw error;
    }
  }

  /** One ticket: a result, or how to continue without it. */
  private async round(
    planned: PlannedStep,
    state: StepAttempt,
    { round, startedAt, arrived }: Round,
  ): Promise<StepResult | Postponed | Again> {
    // The token first: a ticket that is taken without one is a permit lost.
    await this.deps.defender.prepare();
    const told = await this.joint.ask(planned, state, { round, startedAt, arrived });
    if (told) return told;
    // The ticket of a batch is not valid for its own call.
    const own = state.batch === null ? state : { ...state, ticket: null, batch: null };
    const turn = await this.turns.next(planned, own, round);
    return turn.outcome === 'call' ? this.call(planned, own, turn.ticket, startedAt) : turn;
  }

  private async call(
    planned: PlannedStep,
    state: StepAttempt,
    ticket: Ticket,
    startedAt: number,
  ): Promise<StepResult | Postponed | Again> {
    const { quota, defender, answers, clock } = this.deps;
    const { step, query } = planned;
    const calledAt = clock.now();
    const sent = this.count.applyTo(query);
    try {
      const answer = await defender.call(sent);
      const fetchedAt = clock.now();
      await Promise.all([
        quota.report(ticket, { outcome: 'answered' }),
        answers.put(query, answer, fetchedAt),
      ]);
      const waitedMs = calledAt - startedAt;
      return {
        step,
        endpoint: query.endpoint,
        outcome: 'answered',
        answer,
        calledAt,
        fromCache: false,
        waitedMs,
      };
    } catch (error) {
      if (error instanceof DefenderUnauthorizedError && !state.tokenRefreshed) {
        return again(state, { tokenRefreshed: true });
      }
      const result = callResultOf(planned, error);
      if (!result) throw error;
      this.failedCalls.log(planned, result, error);
      const note = await quota.report(ticket, result);
      const isRejected = error instanceof DefenderRejectedError;
      if (isRejected && this.count.learn(query, sent)) return again(state);
      return this.failedCalls.settle(planned, state, result, note);
    }
  }
}
