import type { SlotForecast } from '../calls/CallLeases';
import { again } from '../calls/StepAttempt';
import type { Clock } from '../clock/Clock';
import type { Quota, Ticket, TicketRequest } from '../quota/Quota';
import type { BatchDesk } from './BatchDesk';
import type { BatchLessons } from './BatchLessons';
import { batchQuery, lengthOf, LIST_IDS } from './batchQuery';
import type { Group } from './Group';
import { refusalIn, type ListCalls, type Refusal } from './ListCalls';
import type { Pressure } from './Pressure';
import { ALONE, tellAll } from './Question';
import { queriesOf } from './seats';
import type { Trials } from './Trials';

export interface GroupCallsDeps {
  readonly quota: Pick<Quota, 'take' | 'awaitSlot'>;
  readonly slots: Pick<SlotForecast, 'forecast'>;
  readonly clock: Clock;
  readonly calls: Pick<ListCalls, 'call'>;
  /** Null: what has to wait, waits for its own call. */
  readonly desk: Pick<BatchDesk, 'join'> | null;
  readonly lessons: Pick<BatchLessons, 'limits' | 'isProven' | 'learn'>;
  readonly trials: Pick<Trials, 'begin' | 'end'>;
}

/** Halves of so few teach nothing. */
const FEW = 3;
/** The halves of a call wait for slots as near as this. */
const AT_ONCE_MS = 30_000;
const nothing = (): void => undefined;

/** Null: no member is left to ask for. `unasked`: it had no slot near enough, or one member; they ask alone. */
type HalfEnding = Refusal | 'unasked' | null;

/** Brings a group to its call, and asks in halves what one call does not answer. */
export class GroupCalls {
  constructor(
    private readonly deps: GroupCallsDeps,
    private readonly pressure: Pick<Pressure, 'isHigh'>,
  ) {}

  /** Answers every member. `close`: called before the call; no member joins after it. @throws {QuotaUnavailableError} */
  async ask(group: Group, close: () => void): Promise<void> {
    const refusal = await this.askOnce(group, close);
    if (refusal) await this.askHalves(group, refusal);
  }

  /** Null: no member is left to ask for. */
  private async askOnce(group: Group, close: () => void): Promise<Refusal | null> {
    if (await this.isLeftToDesk(group)) {
      close();
      await this.deps.desk?.join(group);
      return null;
    }
    await this.narrow(group);
    const ticket = await this.turn(group);
    close();
    if (!ticket) {
      tellAll(group.members, ALONE);
      return null;
    }
    group.begin(this.deps.clock.now());
    return this.call(group, ticket);
  }

  /** With the ticket in its slot: as `ask`. */
  async askNow(group: Group, ticket: Ticket): Promise<void> {
    const refusal = await this.call(group, ticket);
    if (refusal) await this.askHalves(group, refusal);
  }

  private async call(group: Group, ticket: Ticket): Promise<Refusal | null> {
    const { trials, desk } = this.deps;
    await this.narrow(group);
    const [first] = group.members;
    if (!first) return null;
    const leave = await trials.begin(group.list, charactersOf(group));
    if (leave === 'none' && desk && first.question.request.lane === 'bulk') {
      await desk.join(group);
      return null;
    }
    // Less may be known to work than when they came together.
    await this.narrow(group);
    return this.callAs(leave === 'trial', group, ticket);
  }

  private async callAs(isTrial: boolean, group: Group, ticket: Ticket): Promise<Refusal | null> {
    const { calls, trials } = this.deps;
    const { list, members } = group;
    if (members.length === 0) return null;
    const characters = charactersOf(group);
    const outcome = await calls.call(list, members, ticket);
    if (isTrial) await trials.end(list, characters, outcome);
    // In another form it is another call, which takes a ticket.
    if (outcome !== 'again') return refusalIn(outcome);
    const ending = await this.askAtOnce(group, isTrial);
    return ending === 'unasked' ? null : ending;
  }

  /** Splits off what one call cannot hold into further groups; all ask alone, if the list takes no batches. */
  private async narrow(group: Group): Promise<void> {
    const limits = await this.deps.lessons.limits(group.list);
    if (limits.questions < 2) tellAll(group.leave(), ALONE);
    else for (const each of group.divide(limits)) this.askLater(each);
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
    const { list } = group;
    const size = group.members.length;
    const halves = group.halves();
    const [one, other] = halves;
    // Their size is known to work, or tried like any.
    const ask = (half: Group, isTrial: boolean): Promise<HalfEnding> =>
      refusal === 'tooLong' ? this.askOnce(half, nothing) : this.askAtOnce(half, isTrial);
    const isTrial = !(await this.isProven(list));
    const first = ask(one, isTrial);
    if (isTrial) await first;
    const refusals = await Promise.all([first, ask(other, isTrial)]);
    if (refusal === 'refused') {
      const areRefused = size <= FEW || refusals.every((each) => each === 'refused');
      if (areRefused && !(await this.isProven(list))) {
        await lessons.learn(list, { about: 'refused' });
        for (const half of halves) tellAll(half.leave(), ALONE);
        return;
      }
      // Each half was answered: there were too many.
      if (refusals.every((each) => each === null))
        await lessons.learn(list, { about: 'questions', refused: size });
    }
    await Promise.all(
      halves.map(async (half, index) => {
        const still = refusals[index];
        if (still && still !== 'unasked') await this.askHalves(half, still);
      }),
    );
  }

  /** Then a refusal is about what was asked. */
  private isProven(list: Group['list']): Promise<boolean> {
    return this.deps.lessons.isProven(list, 1);
  }

  /** With the right of work that has begun, in this delivery, and never in a batch that may grow. */
  private async askAtOnce(group: Group, isTrial: boolean): Promise<HalfEnding> {
    const { quota, clock } = this.deps;
    const [first, second] = group.members;
    const own = first?.question.request;
    const granted =
      second && own ? await quota.take(begun({ ...own, endpoint: group.list })) : null;
    const slot =
      granted?.outcome === 'granted'
        ? await quota.awaitSlot(granted.ticket, { holdMs: AT_ONCE_MS })
        : null;
    if (granted?.outcome !== 'granted' || slot?.outcome !== 'call') {
      tellAll(group.leave(), ALONE);
      return 'unasked';
    }
    group.begin(clock.now());
    return this.callAs(isTrial, group, granted.ticket);
  }
}

const charactersOf = ({ list, members }: Group): number =>
  lengthOf(batchQuery(list, queriesOf(members)));

const begun = (request: TicketRequest): TicketRequest =>
  request.lane === 'bulk' ? { ...request, flow: 'retry', admission: 'always' } : request;
