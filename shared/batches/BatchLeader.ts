import { postponed } from '../calls/StepAttempt';
import type { Clock } from '../clock/Clock';
import type { DefenderQuery } from '../defender/DefenderQuery';
import { queryKey } from '../defender/endpoints';
import type { Quota, Ticket } from '../quota/Quota';
import type { BatchDesk } from './BatchDesk';
import type { BatchLessons } from './BatchLessons';
import type { NextBatch } from './BatchStore';
import { listOf, type ListId } from './batchQuery';
import { Group } from './Group';
import type { GroupCalls } from './GroupCalls';
import { ALONE, type BatchAnswer, type MachineKnown, type Member, type Question } from './Question';
import { together } from './seats';
import { forTrouble } from './waiterIn';

export interface BatchLeaderDeps {
  readonly quota: Pick<Quota, 'take' | 'awaitSlot'>;
  readonly desk: Pick<BatchDesk, 'close' | 'isOpen' | 'leave' | 'renew' | 'resume'> | null;
  readonly lessons: Pick<BatchLessons, 'limits'>;
  readonly calls: Pick<GroupCalls, 'ask' | 'askNow'>;
  readonly clock: Clock;
}

/** Answers by the key of their question. */
type Told = ReadonlyMap<string, BatchAnswer>;

/** How those in a batch go on: its leader with `answer`. */
interface Course {
  readonly answer: BatchAnswer;
  /** Where the others wait now. */
  readonly next: NextBatch | null;
  readonly waiting: Told;
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
    if (!(await desk?.isOpen(id))) return ALONE;
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
    const { desk, calls } = this.deps;
    const batches = (await desk?.close(id)) ?? [];
    const { planned, isAnswered = false } = question;
    // Another call has taken its questions in, or an earlier delivery has made it.
    if (batches.length === 0)
      return (isAnswered ? null : await desk?.resume(question, id)) ?? ALONE;
    const members = together([planned.query, ...batches.flatMap((batch) => batch.members)]);
    const told = await this.askFor(question, list, members, (group) => calls.askNow(group, ticket));
    const { answer, next, waiting } = await this.goOn(question, told);
    await desk?.leave(batches, leftBy(waiting, next), next);
    return answer;
  }

  /** Where an answer is that of a machine to ask for, all are asked for together; the leader takes the others along. */
  private async goOn(question: Question, told: Told): Promise<Course> {
    const { planned, request } = question;
    const own = told.get(queryKey(planned.query)) ?? ALONE;
    const found = [...told.values()].filter((each) => each.outcome === 'machine');
    if (own.outcome !== 'machine' || found.length < 2 || request.lane !== 'bulk')
      return { answer: own, next: nextOf(told), waiting: told };
    const machineOf = ({ id }: MachineKnown): DefenderQuery => ({ endpoint: 'machine', id });
    const step: Question = {
      ...question,
      planned: { ...planned, query: machineOf(own) },
      request: { ...request, flow: 'retry', admission: 'always' },
    };
    const queries = together([own, ...found].map(machineOf));
    const asked = await this.askFor(step, 'machines', queries, (group) =>
      this.deps.calls.ask(group, nothing),
    ).catch(forTrouble);
    const answerTo = (query: DefenderQuery) => asked?.get(queryKey(query)) ?? ALONE;
    const waiting = [...told].map(
      ([key, each]) =>
        [key, each.outcome === 'machine' ? answerTo(machineOf(each)) : each] as const,
    );
    return {
      answer: { ...own, asked: answerTo(machineOf(own)) },
      next: nextOf(asked ?? told),
      waiting: new Map(waiting),
    };
  }

  /** Only the first is asked in this delivery; the others find their answers in the cache, or see that none came in time. */
  private async askFor(
    question: Question,
    list: ListId,
    queries: readonly DefenderQuery[],
    ask: (group: Group) => Promise<void>,
  ): Promise<Told> {
    const limits = await this.deps.lessons.limits(list);
    const told = new Map<string, BatchAnswer>();
    await new Promise<void>((resolve, reject) => {
      const members = queries.map((query, index): Member => {
        const tell = (answer: BatchAnswer): void => {
          told.set(queryKey(query), answer);
          if (told.size === queries.length) resolve();
        };
        const planned = { ...question.planned, query };
        return { question: { ...question, planned }, tell, fail: reject, isRemote: index > 0 };
      });
      ask(new Group(list, limits, members)).catch(reject);
    });
    return told;
  }
}

/** Where those who have not been answered wait. */
function nextOf(told: Told): NextBatch | null {
  for (const each of told.values())
    if (each.outcome === 'postponed' && each.batch !== null && each.ticket === null)
      return { id: each.batch, resumeAt: each.resumeAt };
  return null;
}

const leftBy = (waiting: Told, next: NextBatch | null): readonly string[] =>
  [...waiting].flatMap(([key, each]) => {
    const isElsewhere =
      each.outcome === 'postponed' && each.batch !== null && each.batch !== next?.id;
    return each.outcome === 'alone' || each.outcome === 'machine' || isElsewhere ? [key] : [];
  });

const nothing = (): void => undefined;
