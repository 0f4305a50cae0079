import type { AnswerCache } from '../cache/AnswerCache';
import { CountOption } from '../calls/CountOption';
import { callResultOf, type FailedCalls } from '../calls/FailedCalls';
import { again } from '../calls/StepAttempt';
import type { PlannedStep } from '../calls/steps';
import type { Clock } from '../clock/Clock';
import type { DefenderAnswer } from '../defender/DefenderAnswer';
import type { DefenderClient } from '../defender/DefenderClient';
import {
  DefenderForbiddenError,
  DefenderRejectedError,
  DefenderUnauthorizedError,
  DefenderUnavailableError,
} from '../defender/defenderErrors';
import { flowOf } from '../quota/calendar/issue';
import type { CallResult, Quota, Ticket } from '../quota/Quota';
import { batchCalled } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import { isWhole, rowOf, sharesOf, UNKNOWN } from './batchAnswer';
import type { BatchCounts } from './BatchCounts';
import { batchQuery, lengthOf, type ListId } from './batchQuery';
import type { BatchLessons } from './BatchLessons';
import { ALONE, tellAll, type BatchAnswer, type Member } from './Question';

/** Why a call answered no question: 400, 414, a 403 to what was asked for, or a list that may be cut. */
const REFUSALS = ['refused', 'tooLong', 'forbidden', 'cut'] as const;
export type Refusal = (typeof REFUSALS)[number];

/**
 * How a call for several questions ended. `again`: repeat the same call in another form. Unless it is that or a refusal,
 * every member knows how to go on.
 */
export type ListOutcome =
  | 'answered'
  | 'roleMissing'
  | Exclude<CallResult['outcome'], Refusal>
  | 'again'
  | Refusal;

export const refusalIn = (outcome: ListOutcome): Refusal | null =>
  REFUSALS.find((each) => each === outcome) ?? null;

export interface ListCallsDeps {
  readonly quota: Pick<Quota, 'report'>;
  readonly defender: Pick<DefenderClient, 'call'>;
  readonly answers: Pick<AnswerCache, 'put'>;
  readonly clock: Clock;
  readonly failedCalls: FailedCalls;
  readonly logger: Logger;
  readonly counts: BatchCounts;
  readonly lessons: Pick<BatchLessons, 'learn'>;
}

/** Asks a list several questions at once, and returns to each its share of the answer. */
export class ListCalls {
  private readonly count = new CountOption();

  constructor(private readonly deps: ListCallsDeps) {}

  /** `ticket`: of the list's calendar, in its slot. */
  async call(list: ListId, members: readonly Member[], ticket: Ticket): Promise<ListOutcome> {
    const { clock, logger } = this.deps;
    const calledAt = clock.now();
    const outcome = await this.callAt(calledAt, list, members, ticket);
    const size = members.length;
    const tookMs = clock.now() - calledAt;
    batchCalled(logger, { endpoint: list, flow: flowOf(ticket), size, outcome, tookMs });
    return outcome;
  }

  private async callAt(
    calledAt: number,
    list: ListId,
    members: readonly Member[],
    ticket: Ticket,
  ): Promise<ListOutcome> {
    const { quota, defender, counts } = this.deps;
    const query = batchQuery(
      list,
      members.map(({ question }) => question.planned.query),
    );
    const sent = this.count.applyTo(query);
    try {
      const answer = await defender.call(sent);
      this.count.confirm(sent);
      await quota.report(ticket, { outcome: 'answered' });
      if (!isWhole(list, answer)) return 'cut';
      counts.called(list, members.length);
      await this.share(list, members, answer, calledAt);
      return 'answered';
    } catch (error) {
      if (error instanceof DefenderRejectedError || isTooLong(error)) {
        await quota.report(ticket, { outcome: 'answered' });
        if (!isTooLong(error)) return this.count.learn(query, sent) ? 'again' : 'refused';
        await this.deps.lessons.learn(list, { about: 'characters', refused: lengthOf(sent) });
        return 'tooLong';
      }
      if (error instanceof DefenderForbiddenError) {
        // The endpoint works: neither its breaker nor anyone's lookup is concerned.
        await quota.report(ticket, { outcome: 'answered' });
        if (!error.isRoleMissing) return 'forbidden';
        await this.deps.lessons.learn(list, { about: 'forbidden' });
        tellAll(members, ALONE);
        return 'roleMissing';
      }
      return this.settle(members, { step: 'machineList', query }, ticket, error);
    }
  }

  private async share(
    list: ListId,
    members: readonly Member[],
    answer: DefenderAnswer,
    calledAt: number,
  ): Promise<void> {
    const { answers, clock, counts } = this.deps;
    const fetchedAt = clock.now();
    const origin = { list, size: members.length };
    const queries = members.map(({ question }) => question.planned.query);
    const { shares, strayRows } = sharesOf(queries, answer);
    counts.dropped(list, strayRows);
    await Promise.all(
      members.map(async ({ question: { planned, request, startedAt }, tell }, index) => {
        const { step, query } = planned;
        const share = shares[index] ?? UNKNOWN;
        // Another process may have to continue from here.
        if (share.outcome === 'machine' && request.lane === 'bulk')
          await answers.put(batchQuery('alerts', [query]), rowOf(query, answer), fetchedAt);
        if (share.outcome !== 'answer') {
          tell(share.outcome === 'machine' ? { ...share, origin } : ALONE);
          return;
        }
        await answers.put(query, share.answer, fetchedAt);
        const waitedMs = calledAt - startedAt;
        tell({
          step,
          endpoint: query.endpoint,
          outcome: 'answered',
          answer: share.answer,
          calledAt,
          fromCache: false,
          waitedMs,
          batch: origin,
        });
      }),
    );
  }

  /** 401, 429, 5xx and what is no answer at all: for each member as for its own call. */
  private async settle(
    members: readonly Member[],
    asked: PlannedStep,
    ticket: Ticket,
    error: unknown,
  ): Promise<ListOutcome> {
    const { quota, failedCalls } = this.deps;
    const result = callResultOf(asked, error);
    if (!result) throw error;
    const isUnauthorized = error instanceof DefenderUnauthorizedError;
    const isFresh = ({ question }: Member): boolean =>
      isUnauthorized && !question.state.tokenRefreshed;
    if (members.every(isFresh)) {
      for (const { question, tell } of members)
        tell(again(question.state, { tokenRefreshed: true }));
      return 'unauthorized';
    }
    failedCalls.log(asked, result, error);
    const note = await quota.report(ticket, result);
    for (const member of members) {
      const { planned, state } = member.question;
      const answer: BatchAnswer = isFresh(member)
        ? again(state, { tokenRefreshed: true })
        : failedCalls.settle(planned, state, result, note);
      member.tell(answer);
    }
    return result.outcome;
  }
}

const isTooLong = (error: unknown): boolean =>
  error instanceof DefenderUnavailableError && error.status === 414;
