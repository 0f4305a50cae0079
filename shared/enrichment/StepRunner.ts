import type { AnswerCache } from '../cache/AnswerCache';
import { answerTtlMs } from '../cache/answerTtlMs';
import type { SingleFlight } from '../cache/SingleFlight';
import type { Clock, Random } from '../clock/Clock';
import type { AppConfig } from '../config/AppConfig';
import type { DefenderClient } from '../defender/DefenderClient';
import {
  DefenderForbiddenError,
  DefenderRejectedError,
  DefenderThrottledError,
  DefenderUnauthorizedError,
  DefenderUnavailableError,
} from '../defender/defenderErrors';
import { endpointOf, endpoints, queryKey } from '../defender/endpoints';
import { oldestSightingAt } from '../defender/oldestSightingAt';
import { TokenUnavailableError } from '../identity/TokenUnavailableError';
import type { CallResult, Quota, Ticket, TicketRequest } from '../quota/Quota';
import { QuotaUnavailableError } from '../quota/QuotaUnavailableError';
import type { Logger } from '../telemetry/Logger';
import { defenderDenied, defenderThrottled, quotaUnavailable } from '../telemetry/events';
import type { AnsweredStep, Reason, StepResult } from './Progress';
import type { PlannedStep } from './plans';
import { retryDelayMs } from './retryDelay';
import type { DeskAnswer, TicketDesk, TicketHolder } from './TicketDesk';
import { deniedReason, expiredReasons, failedReason, rejectedReason } from './stepReasons';

/** What a step needs to know of its lookup. Instants are Unix ms. */
export interface StepAttempt {
  readonly ticket: Ticket | null;
  /** How a ticket is asked for when there is none, or none any more. */
  readonly request: (isFirst: boolean) => TicketRequest;
  readonly holder: TicketHolder;
  /** Whether somebody waits for the answer: a refusal of our rights is told at once, not waited out. */
  readonly isDeniedAtOnce: boolean;
  readonly attempt: number;
  readonly tokenRefreshed: boolean;
  readonly freshSinceAt: number;
  readonly maxAgeMs: number | null;
  readonly expiresAt: number;
  /** No call starts after this. */
  readonly deadlineAt: number;
}

/** The step goes on in a later delivery: with its ticket, or taking one then. */
export interface Postponed {
  readonly outcome: 'postponed';
  readonly ticket: Ticket | null;
  readonly until: number;
  readonly attempt: number;
  readonly tokenRefreshed: boolean;
  /** Whether another lookup makes the same call. */
  readonly isWaiting: boolean;
}

export interface StepRunnerDeps {
  readonly quota: Quota;
  readonly desk: TicketDesk;
  readonly defender: DefenderClient;
  readonly answers: AnswerCache;
  readonly inFlight: SingleFlight<StepResult | Postponed>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly cacheTtlMs: AppConfig['cacheTtlMs'];
  /** The longest that a delivery waits for its slot. */
  readonly holdMs: number;
}

/** Tickets taken in one delivery, before the step is put off. */
const MAX_ROUNDS = 5;

/** Gets one answer: from the cache, from an equal call under way, or from Defender with a ticket of the calendar. */
export class StepRunner {
  constructor(private readonly deps: StepRunnerDeps) {}

  async run(planned: PlannedStep, attempt: StepAttempt): Promise<StepResult | Postponed> {
    const result = await this.lookUp(planned, attempt);
    const isInVain = result.outcome === 'postponed' && result.until > attempt.expiresAt;
    return isInVain ? unanswered(planned, 'expired', expiredReasons.age) : result;
  }

  private async lookUp(
    planned: PlannedStep,
    attempt: StepAttempt,
  ): Promise<StepResult | Postponed> {
    const early = (await this.fromCache(planned, attempt)) ?? this.tooLate(planned, attempt);
    if (early) return early;
    const now = this.deps.clock.now();
    if (now >= attempt.deadlineAt) return postponed(attempt, now);
    let isLeader = false as boolean; // set by whoever gets to ask
    const shared = await this.deps.inFlight.run(queryKey(planned.query), () => {
      isLeader = true;
      return this.ask(planned, attempt);
    });
    if (isLeader) return shared;
    if (shared.outcome === 'answered') return { ...shared, step: planned.step, fromCache: true };
    return this.ask(planned, attempt);
  }

  private async fromCache(
    { step, query }: PlannedStep,
    { freshSinceAt, maxAgeMs }: StepAttempt,
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

  private tooLate({ step, query }: PlannedStep, { expiresAt }: StepAttempt): StepResult | null {
    const now = this.deps.clock.now();
    const isAged = query.endpoint === 'findByIp' && query.at < oldestSightingAt(now);
    if (now < expiresAt && !isAged) return null;
    const reason = isAged ? expiredReasons.aged : expiredReasons.age;
    return { step, endpoint: query.endpoint, outcome: 'expired', reason };
  }

  private async ask(planned: PlannedStep, first: StepAttempt): Promise<StepResult | Postponed> {
    const { clock } = this.deps;
    const startedAt = clock.now();
    let state = first;
    try {
      for (let round = 0; round < MAX_ROUNDS && clock.now() < first.deadlineAt; round++) {
        const result = await this.round(planned, state, round === 0, startedAt);
        if ('outcome' in result) return result;
        state = { ...state, ...result };
      }
      return postponed(state, clock.now());
    } catch (error) {
      if (error instanceof QuotaUnavailableError) {
        const { endpoint } = planned.query;
        quotaUnavailable(this.deps.logger, { endpoint, condition: error.message });
      }
      if (error instanceof QuotaUnavailableError || error instanceof TokenUnavailableError) {
        return this.failed(planned, state, failedReason(error.code));
      }
      throw error;
    }
  }

  /** One ticket: a result, or how to go on without it. */
  private async round(
    planned: PlannedStep,
    state: StepAttempt,
    isFirst: boolean,
    startedAt: number,
  ): Promise<StepResult | Postponed | Pick<StepAttempt, 'ticket' | 'tokenRefreshed'>> {
    const { quota, defender, clock, holdMs } = this.deps;
    // The token first: a ticket that is taken without one is a permit lost.
    await defender.prepare();
    const ticket = state.ticket ?? (await this.take(planned, state, isFirst));
    if ('outcome' in ticket) return ticket;
    const slot = await quota.awaitSlot(ticket, { holdMs });
    switch (slot.outcome) {
      case 'later': {
        const { slotAt } = slot;
        await this.deps.desk.moved(planned.query, ticket, slotAt, state.holder);
        return { ...postponed(state, slotAt), ticket: { ...ticket, slotAt } };
      }
      case 'unknown':
        return { ticket: null, tokenRefreshed: state.tokenRefreshed };
      case 'denied':
        return unanswered(planned, 'denied', deniedReason(planned.query.endpoint));
      case 'call':
        // Settled in the store, but too late to be spent: the permit is lost, never exceeded.
        if (clock.now() >= state.deadlineAt) return postponed(state, clock.now());
        return this.call(planned, { ...state, ticket }, ticket, startedAt);
    }
  }

  private async take(
    planned: PlannedStep,
    state: StepAttempt,
    isFirst: boolean,
  ): Promise<Ticket | StepResult | Postponed> {
    const { clock, holdMs } = this.deps;
    const request = state.request(isFirst);
    const taken = await this.ticket(planned, state, request, isFirst);
    switch (taken.outcome) {
      case 'granted':
        return taken.slotAt - clock.now() > holdMs
          ? { ...postponed(state, taken.slotAt), ticket: taken.ticket }
          : taken.ticket;
      case 'resend':
        return { ...postponed(state, taken.slotAt), ticket: taken.ticket };
      case 'waiter':
        return { ...postponed(state, taken.wakeAt), isWaiting: true };
      case 'wouldExpire': {
        const isBegun = request.lane === 'bulk' && request.admission === 'always';
        return unanswered(planned, 'expired', expiredReasons[isBegun ? 'age' : 'wouldExpire']);
      }
      case 'denied':
        return unanswered(planned, 'denied', deniedReason(planned.query.endpoint));
      case 'noSlot':
        return postponed(state, taken.slotAt);
      case 'shut':
        return postponed(state, taken.until);
    }
  }

  private ticket(
    { query }: PlannedStep,
    { holder }: StepAttempt,
    request: TicketRequest,
    isFirst: boolean,
  ): Promise<DeskAnswer> {
    const { desk } = this.deps;
    return isFirst ? desk.take(query, request, holder) : desk.takeAnew(query, request, holder);
  }

  private async call(
    planned: PlannedStep,
    state: StepAttempt,
    ticket: Ticket,
    startedAt: number,
  ): Promise<StepResult | Postponed | Pick<StepAttempt, 'ticket' | 'tokenRefreshed'>> {
    const { quota, defender, answers, clock } = this.deps;
    const { step, query } = planned;
    const again = { ticket: null, tokenRefreshed: state.tokenRefreshed };
    const calledAt = clock.now();
    try {
      const answer = await defender.call(query);
      const fetchedAt = clock.now();
      await Promise.all([
        quota.report(ticket, { outcome: 'answered' }),
        answers.put(query, answer, fetchedAt),
      ]);
      const waitedMs = calledAt - startedAt;
      return {
        ...{ step, endpoint: query.endpoint, outcome: 'answered', answer },
        ...{ calledAt, fromCache: false, waitedMs },
      };
    } catch (error) {
      if (error instanceof DefenderUnauthorizedError && !state.tokenRefreshed) {
        return { ticket: null, tokenRefreshed: true };
      }
      const result = callResultOf(error);
      if (!result) throw error;
      this.log(planned, result);
      await quota.report(ticket, result);
      if (error instanceof DefenderRejectedError) return rejected(planned);
      const isRefused = result.outcome === 'forbidden' || result.outcome === 'unauthorized';
      if (isRefused && state.isDeniedAtOnce) {
        return unanswered(planned, 'denied', deniedReason(planned.query.endpoint));
      }
      if (result.outcome !== 'failed') return again;
      return this.failed(planned, state, failedReason('defender.unavailable'));
    }
  }

  private log({ query }: PlannedStep, result: CallResult): void {
    const { logger } = this.deps;
    const { endpoint } = query;
    if (result.outcome === 'throttled') {
      defenderThrottled(logger, { endpoint, retryAfterMs: result.retryAfterMs });
    }
    if (result.outcome === 'forbidden' || result.outcome === 'unauthorized') {
      const status = result.outcome === 'forbidden' ? 403 : 401;
      defenderDenied(logger, { endpoint, status, roles: endpoints[endpoint].roles.join(' ') });
    }
  }

  /** The slot is spent. The next try takes a ticket when it wakes, as a ticket cannot wait. */
  private failed(planned: PlannedStep, state: StepAttempt, reason: Reason): StepResult | Postponed {
    const { clock, random } = this.deps;
    const attempt = state.attempt + 1;
    const delayMs = retryDelayMs(attempt, random);
    if (delayMs === null) return unanswered(planned, 'failed', reason);
    const until = Math.min(clock.now() + delayMs, Math.max(state.expiresAt, clock.now()));
    return { ...postponed(state, until), attempt };
  }
}

function postponed({ attempt, tokenRefreshed }: StepAttempt, until: number): Postponed {
  const outcome = 'postponed';
  return { outcome, ticket: null, until, attempt, tokenRefreshed, isWaiting: false };
}

function unanswered(
  { step, query }: PlannedStep,
  outcome: 'denied' | 'expired' | 'failed' | 'invalid',
  reason: Reason,
): StepResult {
  return { step, endpoint: query.endpoint, outcome, reason };
}

/** Defender does not take the indicator, or a filter of ours. */
function rejected(planned: PlannedStep): StepResult {
  return endpointOf(planned.query).carriesOnlyIndicator
    ? unanswered(planned, 'invalid', rejectedReason)
    : unanswered(planned, 'failed', failedReason('defender.rejected'));
}

/** What the calendar learns from a failed call; null for a failure that is not Defender's. A 400 is an answer. */
function callResultOf(error: unknown): CallResult | null {
  if (error instanceof DefenderThrottledError) {
    return { outcome: 'throttled', retryAfterMs: error.retryAfterMs };
  }
  if (error instanceof DefenderForbiddenError) return { outcome: 'forbidden' };
  if (error instanceof DefenderUnauthorizedError) return { outcome: 'unauthorized' };
  if (error instanceof DefenderRejectedError) return { outcome: 'answered' };
  if (error instanceof DefenderUnavailableError) return { outcome: 'failed' };
  return null;
}
