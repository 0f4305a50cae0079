import type { StoreClock } from '../clock/StoreClock';
import type { EndpointId } from '../defender/endpointIds';
import { probe } from './calendar/breaker';
import type { BreakerState, CalendarState } from './calendar/CalendarState';
import { isDenied, flowOf } from './calendar/issue';
import { coolForForgotten } from './calendar/origin';
import { endpointBreaker } from './calendar/openBreaker';
import type { CalendarImage, CalendarReplica } from './CalendarReplica';
import type { Combiner } from './Combiner';
import type { SlotAnswer, Ticket } from './Quota';

/** What a process has of one calendar. */
export interface Desk {
  readonly replica: CalendarReplica;
  readonly combiner: Combiner;
  /** Time before which this process makes no call, known before the calendar shows it. */
  coolUntil: number;
  /** Unix ms of the last answer that each endpoint gave this process. */
  readonly answers: Map<EndpointId, number>;
  /** Tickets of this process that probe an open breaker. */
  readonly probing: Set<string>;
}

export interface SlotWaiterDeps {
  readonly clock: StoreClock;
  readonly deniedAfterMs: number;
}

interface Wait {
  readonly desk: Desk;
  readonly ticket: Ticket;
  /** When the question came, by the timer (`elapsedMs`). */
  readonly askedAt: number;
  readonly holdMs: number;
}

type Move =
  | SlotAnswer
  | { readonly outcome: 'readAgain' }
  | { readonly outcome: 'sleep'; readonly ms: number }
  /** It is time, by this image. */
  | { readonly outcome: 'due'; readonly breaker: BreakerState | null };

/** Brings the holder of a ticket to its slot. */
export class SlotWaiter {
  constructor(private readonly deps: SlotWaiterDeps) {}

  /** @throws {QuotaUnavailableError} store down and no fresh enough image. */
  async wait(
    desk: Desk,
    ticket: Ticket,
    { holdMs, signal }: { readonly holdMs: number; readonly signal?: AbortSignal },
  ): Promise<SlotAnswer> {
    const { clock } = this.deps;
    desk.replica.hearOf(ticket.asOf ?? 0);
    const wait: Wait = { desk, ticket, askedAt: clock.elapsedMs(), holdMs };
    let image = desk.replica.image ?? (await desk.replica.refresh());
    for (;;) {
      const move = this.nextMove(wait, image);
      switch (move.outcome) {
        case 'readAgain':
          image = await desk.replica.refresh();
          break;
        case 'sleep':
          await clock.sleep(move.ms, signal);
          image = await desk.replica.imageForCall();
          break;
        case 'due': {
          const sure = await desk.replica.imageForCall();
          // Asking may have taken longer than the slot can be used.
          const isDue = sure === image && this.nextMove(wait, image).outcome === 'due';
          const answer = isDue ? await this.enter(wait, move.breaker) : null;
          if (answer) return answer;
          image = desk.replica.image ?? sure;
          break;
        }
        case 'unknown':
          await this.coolForForgotten(wait);
          return move;
        default:
          return move;
      }
    }
  }

  private nextMove({ desk, ticket, askedAt, holdMs }: Wait, image: CalendarImage): Move {
    const { useWindowMs } = image.state.config;
    const { clock } = this.deps;
    const now = clock.now();
    const slotAt = slotIn(image, ticket);
    if (slotAt === null || now > slotAt + useWindowMs) {
      // An image from before the question may not know the ticket yet, or that its slot moved.
      return { outcome: desk.replica.isSince(image, askedAt) ? 'unknown' : 'readAgain' };
    }
    const breaker = endpointBreaker(image.state, ticket.endpoint);
    if (breaker && slotAt > now && this.denies(breaker, ticket)) {
      return desk.replica.isFresh(image)
        ? { outcome: 'denied', breaker }
        : { outcome: 'readAgain' };
    }
    if (slotAt - now > askedAt + holdMs - clock.elapsedMs()) {
      // Who comes too early for a slot that has not moved would come again and again if this clock were wrong.
      const isSure = slotAt > (ticket.slotAt ?? Infinity) || desk.replica.isSince(image, askedAt);
      return isSure ? { outcome: 'later', slotAt } : { outcome: 'readAgain' };
    }
    return slotAt > now ? { outcome: 'sleep', ms: slotAt - now } : { outcome: 'due', breaker };
  }

  /** The holder's time has come; null: the calendar has changed, look again. */
  private async enter(
    { desk, ticket }: Wait,
    breaker: BreakerState | null,
  ): Promise<SlotAnswer | null> {
    if (desk.coolUntil > this.deps.clock.now()) return { outcome: 'later', slotAt: desk.coolUntil };
    return breaker ? this.askToProbe(desk, ticket) : { outcome: 'call' };
  }

  /** This calendar may have been created without knowledge of the ticket's. */
  private async coolForForgotten({ desk, ticket }: Wait): Promise<void> {
    const { image } = desk.replica;
    const trace = { epoch: ticket.epoch, asOf: ticket.asOf ?? 0 };
    const cooled = (state: CalendarState, now: number) => coolForForgotten(state, trace, now);
    if (!desk.replica.isOurs(ticket.epoch)) return;
    if (image && cooled(image.state, this.deps.clock.now())) await desk.combiner.change(cooled);
  }

  private async askToProbe(desk: Desk, ticket: Ticket): Promise<SlotAnswer | null> {
    const { endpoint, ordinal } = ticket;
    const flow = flowOf(ticket);
    const won = await desk.combiner.change((state, now) =>
      state.epoch === ticket.epoch ? probe(state, { endpoint, flow, ordinal }, now) : null,
    );
    if (won) {
      desk.probing.add(keyOf(ticket));
      return { outcome: 'call' };
    }
    const state = desk.replica.image?.state;
    const breaker = state ? endpointBreaker(state, endpoint) : null;
    if (!breaker) return null;
    if (this.denies(breaker, ticket)) return { outcome: 'denied', breaker };
    // Where endpoints share the calendar, a broken one's lookups wait without a ticket.
    return state?.config.scope === 'application' ? { outcome: 'unknown' } : null;
  }

  private denies(breaker: BreakerState, ticket: Ticket): boolean {
    const { clock, deniedAfterMs } = this.deps;
    return isDenied(breaker, flowOf(ticket), { now: clock.now(), deniedAfterMs });
  }
}

export const keyOf = (ticket: Ticket): string =>
  `${ticket.epoch}|${flowOf(ticket)}|${ticket.ordinal}`;

export const slotIn = ({ state, plan }: CalendarImage, ticket: Ticket): number | null =>
  ticket.epoch === state.epoch ? plan.slotOf(flowOf(ticket), ticket.ordinal) : null;
