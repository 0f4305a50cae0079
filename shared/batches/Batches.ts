import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CallerKind } from '../callers/Caller';
import type { PlannedStep } from '../calls/steps';
import type { Ticket } from '../quota/Quota';
import { flowOf } from '../quota/calendar/issue';
import { Arrivals } from './Arrivals';
import { listOf } from './batchQuery';
import { Group } from './Group';
import type { BatchDesk } from './BatchDesk';
import { BatchLeader } from './BatchLeader';
import { GroupCalls, type GroupCallsDeps } from './GroupCalls';
import { ListCalls, type ListCallsDeps } from './ListCalls';
import { Pressure } from './Pressure';
import { ALONE, type BatchAnswer, type Question } from './Question';
import { Trials, type TrialsDeps } from './Trials';

export type BatchesDeps = ListCallsDeps &
  TrialsDeps &
  Omit<GroupCallsDeps, 'calls' | 'desk' | 'trials'> & {
    /** Null: what has to wait, waits for its own call. */
    readonly desk: BatchDesk | null;
    /** Of whom the question at hand is: what agents may not ask, people may, so they share no ticket. */
    readonly callerKind: () => CallerKind;
  };

/**
 * Joins the questions that this process has at the same time into calls of lists: what one list can answer goes out under one
 * ticket. A question by itself is asked by its own call, without any wait.
 */
export class Batches {
  private readonly calls: GroupCalls;
  private readonly leader: BatchLeader;
  private readonly pressure = new Pressure();
  private readonly arrivals = new Arrivals();
  private readonly open = new Map<string, Group>();

  constructor(private readonly deps: BatchesDeps) {
    const shared = { ...deps, calls: new ListCalls(deps), trials: new Trials(deps) };
    this.calls = new GroupCalls(shared, this.pressure);
    this.leader = new BatchLeader({ ...deps, calls: this.calls });
  }

  /** A step is on its way here. @returns to be called once it is here, or never comes. */
  expect(planned: PlannedStep): () => void {
    const list = listOf(planned);
    return list ? this.arrivals.expect(list) : () => undefined;
  }

  /** `arrived`: from `expect`. @throws {QuotaUnavailableError} */
  async ask(question: Question, arrived: () => void): Promise<BatchAnswer> {
    const list = listOf(question.planned);
    if (!list) return ALONE;
    const { lessons, clock } = this.deps;
    this.pressure.note(question.state.requestId, clock.now());
    const limits = await lessons.limits(list);
    if (limits.questions < 2) return ALONE;
    // A process that has just started reads its calendars first, which may take seconds.
    this.pressure.note(question.state.requestId, clock.now());
    return new Promise((tell, fail) => {
      const member = { question, tell, fail };
      const key = `${list} ${flowOf(question.request)} ${this.deps.callerKind()}`;
      const isIn = this.open.get(key)?.admit(member, this.deps.clock.now()) ?? false;
      if (!isIn) void this.gather(key, new Group(list, limits, [member]));
      arrived();
    });
  }

  /** With the ticket of a batch: its call, for all who wait in it. @throws {QuotaUnavailableError} */
  lead(question: Question, id: string, ticket: Ticket): Promise<BatchAnswer> {
    return this.leader.lead(question, id, ticket);
  }

  /** Back behind the slot of its batch, without an answer. Never fails. */
  async resume(question: Question, id: string): Promise<BatchAnswer> {
    return (await this.deps.desk?.resume(question, id)) ?? ALONE;
  }

  /** Its batch has been called, and has led to another question: where that is asked. Never fails. */
  async follow(question: Question, id: string): Promise<BatchAnswer> {
    return (await this.deps.desk?.follow(question, id)) ?? ALONE;
  }

  /** Waits for those who are about to come, not for later ones, and asks. */
  private async gather(key: string, group: Group): Promise<void> {
    this.open.set(key, group);
    const close = (): void => {
      if (this.open.get(key) === group) this.open.delete(key);
    };
    await Promise.all([this.arrivals.settled(group.list), nextTurn()]);
    try {
      await this.calls.ask(group, close);
    } catch (error) {
      close();
      for (const { fail } of group.members) fail(error);
    }
  }
}
