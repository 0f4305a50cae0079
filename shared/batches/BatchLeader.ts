import { postponed } from '../calls/StepAttempt';
import type { Clock } from '../clock/Clock';
import { queryKey } from '../defender/endpoints';
import type { Quota, Ticket } from '../quota/Quota';
import type { BatchDesk } from './BatchDesk';
import type { BatchLessons } from './BatchLessons';
import { listOf, type ListId } from './batchQuery';
import { Group } from './Group';
import type { GroupCalls } from './GroupCalls';
import { ALONE, type BatchAnswer, type Member, type Question } from './Question';

export interface BatchLeaderDeps {
  readonly quota: Pick<Quota, 'take' | 'awaitSlot'>;
  readonly desk: BatchDesk | null;
  readonly lessons: Pick<BatchLessons, 'limits'>;
  readonly calls: Pick<GroupCalls, 'askNow'>;
  readonly clock: Clock;
}

/** Makes the calls of batches that have waited for their slot. */
export class BatchLeader {
  constructor(private readonly deps: BatchLeaderDeps) {}

  /** The ticket of a batch is due: its call, for all who wait in it. @throws {QuotaUnavailableError} */
  async lead(question: Question, id: string, ticket: Ticket): Promise<BatchAnswer> {
    const { quota, desk, clock } = this.deps;
    const { state, holdMs, mayCall } = question;
    const list = listOf(question.planned);
    if (!list || !desk || ticket.endpoint !== list) return ALONE;
    if (!mayCall) return { ...postponed(state, ticket.slotAt ?? clock.now()), ticket, batch: id };
    const slot = await quota.awaitSlot(ticket, { holdMs });
    switch (slot.outcome) {
      case 'later': {
        const { slotAt } = slot;
        return { ...postponed(state, slotAt), ticket: { ...ticket, slotAt }, batch: id };
      }
      case 'unknown':
        return this.renew(question, id, list);
      case 'denied':
        return ALONE;
      case 'call':
        // Settled, but too late to be spent: the permit is lost, never exceeded.
        return clock.now() >= state.deadlineAt
          ? { ...postponed(state, clock.now()), batch: id }
          : this.callFor(question, id, list, ticket);
    }
  }

  private async renew(question: Question, id: string, list: ListId): Promise<BatchAnswer> {
    const { quota, desk } = this.deps;
    const { expiresAt } = question.state;
    const head = { lane: 'bulk', endpoint: list, flow: 'retry', expiresAt } as const;
    const taken = await quota.take({ ...head, admission: 'always' });
    if (taken.outcome !== 'granted') return ALONE;
    const { ticket, slotAt } = taken;
    await desk?.renew(id, ticket, slotAt);
    return { ...postponed(question.state, slotAt), ticket, batch: id };
  }

  private async callFor(
    question: Question,
    id: string,
    list: ListId,
    ticket: Ticket,
  ): Promise<BatchAnswer> {
    const { desk, lessons } = this.deps;
    const batch = (await desk?.close(id)) ?? null;
    const own = queryKey(question.planned.query);
    const left: string[] = [];
    let told: BatchAnswer = ALONE;
    const others = (batch?.members ?? []).filter((query) => queryKey(query) !== own);
    const members: Member[] = others.map((query) => ({
      question: { ...question, planned: { step: question.planned.step, query } },
      // The asker finds the answer in the cache, or sees that none came in time.
      tell: ({ outcome }) => {
        if (outcome === 'alone') left.push(queryKey(query));
      },
      fail: () => undefined,
      isRemote: true,
    }));
    const tell = (answer: BatchAnswer) => (told = answer);
    const fail = (): void => undefined;
    const limits = await lessons.limits(list);
    const group = new Group(list, limits, [{ question, tell, fail }, ...members]);
    await this.deps.calls.askNow(group, ticket);
    if (batch) await desk?.leave(batch, left);
    return told;
  }
}
