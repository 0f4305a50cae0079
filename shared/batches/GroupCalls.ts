import type { SlotForecast } from '../calls/CallLeases';
import { again } from '../calls/StepAttempt';
import type { Clock } from '../clock/Clock';
import type { Quota, Ticket, TicketRequest } from '../quota/Quota';
import type { BatchDesk } from './BatchDesk';
import type { BatchLessons } from './BatchLessons';
import { LIST_IDS, type ListId } from './batchQuery';
import type { Group } from './Group';
import { refusalIn, type ListCalls, type Refusal } from './ListCalls';
import type { Pressure } from './Pressure';
import { ALONE, tellAll } from './Question';

export interface GroupCallsDeps {
  readonly quota: Pick<Quota, 'take' | 'awaitSlot'>;
  readonly slots: Pick<SlotForecast, 'forecast'>;
  readonly clock: Clock;
  readonly calls: Pick<ListCalls, 'call'>;
  /** Null: what has to wait, waits for its own call. */
  readonly desk: Pick<BatchDesk, 'join'> | null;
  readonly lessons: Pick<BatchLessons, 'limits' | 'learn'>;
}

/** Halves of so few teach nothing. */
const FEW = 3;
const nothing = (): void => undefined;

/** Brings a group to its call, and asks in halves what one call does not answer. */
export class GroupCalls {
  /** Lists that have answered a group: then a refusal is about what was asked. */
  private readonly proven = new Set<ListId>();
  /** Before that, one call is made at a time: what it teaches holds for the next. */
  private readonly trials = new Map<ListId, Promise<void>>();

  constructor(
    private readonly deps: GroupCallsDeps,
    private readonly pressure: Pick<Pressure, 'isHigh'>,
  ) {}

  /** Answers every member. `close`: called before the call; no member joins after it. @throws {QuotaUnavailableError} */
  async ask(group: Group, close: () => void): Promise<void> {
    const { list } = group;
    if (await this.isLeftToDesk(group)) return this.leaveToDesk(group, close);
    while (!this.proven.has(list) && this.trials.has(list)) await this.trials.get(list);
    const asked = this.askWhole(group, close);
    if (!this.proven.has(list)) {
      const forget = (): void => void this.trials.delete(list);
      this.trials.set(list, asked.then(forget, forget));
    }
    return asked;
  }

  private async askWhole(group: Group, close: () => void): Promise<void> {
    const refusal = await this.askOnce(group, close);
    if (refusal) await this.askHalves(group, refusal);
  }

  /** Null: every member has its answer. */
  private async askOnce(group: Group, close: () => void): Promise<Refusal | null> {
    if (await this.isLeftToDesk(group)) {
      await this.leaveToDesk(group, close);
      return null;
    }
    for (const each of await this.narrow(group)) this.askLater(each);
    const ticket = await this.turn(group);
    // The ticket came with the latest that others have learnt.
    const late = ticket ? await this.narrow(group) : [];
    close();
    for (const each of late) this.askLater(each);
    if (!ticket) {
      tellAll(group.members, ALONE);
      return null;
    }
    group.begin(this.deps.clock.now());
    return this.call(group, ticket);
  }

  private async leaveToDesk(group: Group, close: () => void): Promise<void> {
    close();
    await this.deps.desk?.join(group);
  }

  /** With the ticket in its slot: as `ask`. */
  async askNow(group: Group, ticket: Ticket): Promise<void> {
    const { questions } = await this.deps.lessons.limits(group.list);
    if (questions < 2) {
      tellAll(group.members, ALONE);
      return;
    }
    // Less may be known to work than when they came together.
    for (const each of await this.narrow(group)) this.askLater(each);
    const refusal = await this.call(group, ticket);
    if (refusal) await this.askHalves(group, refusal);
  }

  private async call(group: Group, ticket: Ticket): Promise<Refusal | null> {
    if (group.members.length === 0) return null;
    const outcome = await this.deps.calls.call(group.list, group.members, ticket);
    // In another form it is another call, which takes a ticket.
    if (outcome === 'again') return this.askOnce(group, nothing);
    if (outcome === 'answered') this.proven.add(group.list);
    return refusalIn(outcome);
  }

  /** Splits off what one call cannot hold into further groups. */
  private async narrow(group: Group): Promise<readonly Group[]> {
    const limits = await this.deps.lessons.limits(group.list);
    return group.divide(limits);
  }

  private askLater(group: Group): void {
    this.ask(group, nothing).catch((error: unknown) => {
      for (const { fail } of group.members) fail(error);
    });
  }

  /** A ticket in its slot; null: no remaining member has one. @throws {QuotaUnavailableError} */
  private async turn(group: Group): Promise<Ticket | null> {
    const { quota, desk, clock } = this.deps;
    const [first, second] = group.members;
    if (!first?.question.mayCall || !second) return null;
    const { holdMs, request: own } = first.question;
    const request = { ...own, endpoint: group.list };
    if (await this.isFar(request, holdMs)) return null;
    const taken = await quota.take(request);
    if (taken.outcome !== 'granted') return null;
    // Others have taken the slots that this process knew of.
    const isFar = request.lane === 'bulk' && taken.slotAt - clock.now() > holdMs;
    if (desk && isFar) {
      await desk.join(group, taken);
      return null;
    }
    group.scheduled(taken.slotAt, clock.now());
    const slot = await quota.awaitSlot(taken.ticket, { holdMs });
    if (slot.outcome === 'unknown')
      for (const { question, tell } of group.leave()) tell(again(question.state));
    return slot.outcome === 'call' ? taken.ticket : null;
  }

  /** Whether it waits for its slot together with the questions of other processes. */
  private async isLeftToDesk(group: Group): Promise<boolean> {
    const [first, second] = group.members;
    if (!this.deps.desk || !first) return false;
    const { holdMs, request, hasWaited } = first.question;
    if (request.lane === 'bulk') {
      // Later steps of lookups are few, and not to be kept waiting.
      const isNew = request.flow !== 'retry' && this.pressure.isHigh(this.deps.clock.now());
      if (hasWaited || isNew) return true;
    }
    // The machine of an alert is asked for next: an alert that is asked sooner than that is not answered sooner.
    const endpoints = group.list === 'alerts' ? LIST_IDS : [second ? group.list : request.endpoint];
    const areFar = await Promise.all(
      endpoints.map((endpoint) => this.isFar({ ...request, endpoint }, holdMs)),
    );
    return areFar.includes(true);
  }

  /** Whether the slot is so far ahead that the questions have to wait outside this delivery. */
  private async isFar(request: TicketRequest, holdMs: number): Promise<boolean> {
    const { slots, clock } = this.deps;
    return request.lane === 'bulk' && (await slots.forecast(request)) - clock.now() > holdMs;
  }

  private async askHalves(group: Group, refusal: Refusal): Promise<void> {
    const { lessons } = this.deps;
    const [one, other] = group.halves();
    const halves = [one, other];
    const first = this.askOnce(one, nothing);
    if (!this.proven.has(group.list)) await first;
    const refusals = await Promise.all([first, this.askOnce(other, nothing)]);
    if (refusal === 'refused') {
      const size = group.members.length;
      const areRefused = size <= FEW || refusals.every((each) => each === 'refused');
      if (areRefused && !this.proven.has(group.list)) {
        await lessons.learn(group.list, { about: 'refused' });
        for (const half of halves) tellAll(half.members, ALONE);
        return;
      }
      // Each half was answered: there were too many.
      if (refusals.every((each) => each === null))
        await lessons.learn(group.list, { about: 'questions', refused: size });
    }
    await Promise.all(
      halves.map(async (half, index) => {
        const still = refusals[index];
        if (still) await this.askHalves(half, still);
      }),
    );
  }
}
