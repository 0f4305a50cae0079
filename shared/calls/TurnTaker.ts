import type { Clock } from '../clock/Clock';
import type { Quota, Ticket } from '../quota/Quota';
import type { StepResult } from './Progress';
import {
  again,
  postponed,
  unanswered,
  type Again,
  type Postponed,
  type StepAttempt,
} from './StepAttempt';
import { deniedReason, expiredReasons } from './stepReasons';
import type { PlannedStep } from './steps';
import type { TicketDesk } from './TicketDesk';
import type { Hold } from './waiting';

/** How the wait for one slot ended. */
export type Turn =
  /** The slot is now: one call may be made with this ticket. */
  { readonly outcome: 'call'; readonly ticket: Ticket } | Again | Postponed | StepResult;

export interface TurnTakerDeps {
  readonly quota: Pick<Quota, 'awaitSlot'>;
  readonly desk: TicketDesk;
  readonly clock: Clock;
  readonly hold: Hold;
}

type Taken = { readonly outcome: 'taken'; readonly ticket: Ticket } | Postponed | StepResult;

/** Takes a ticket for a step and brings it to its slot. */
export class TurnTaker {
  constructor(private readonly deps: TurnTakerDeps) {}

  /** With the ticket that the step has, else with one it takes. @throws {QuotaUnavailableError} */
  async next(planned: PlannedStep, state: StepAttempt, round: number): Promise<Turn> {
    if (state.ticket) return this.reach(planned, state, state.ticket);
    const taken = await this.take(planned, state, round);
    return taken.outcome === 'taken' ? this.reach(planned, state, taken.ticket) : taken;
  }

  private async take(planned: PlannedStep, state: StepAttempt, round: number): Promise<Taken> {
    const { desk } = this.deps;
    const { query } = planned;
    const request = state.request(round);
    const taken = await (round === 0
      ? desk.take(query, request, state.holder)
      : desk.replaceTicket(query, request, state.holder));
    switch (taken.outcome) {
      case 'granted':
        return this.isLeft(taken.slotAt)
          ? { ...postponed(state, taken.slotAt), ticket: taken.ticket }
          : { outcome: 'taken', ticket: taken.ticket };
      case 'resend':
        return { ...postponed(state, taken.slotAt), ticket: taken.ticket };
      case 'waiter':
        return { ...postponed(state, taken.wakeAt), isWaiting: true };
      case 'wouldExpire': {
        const isBegun = request.lane === 'bulk' && request.admission === 'always';
        return unanswered(planned, 'expired', expiredReasons[isBegun ? 'age' : 'wouldExpire']);
      }
      case 'denied':
        return unanswered(planned, 'denied', deniedReason(query.endpoint));
      case 'noSlot':
        return postponed(state, taken.slotAt);
      case 'shut':
        return postponed(state, taken.resumeAt);
    }
  }

  private async reach(planned: PlannedStep, state: StepAttempt, ticket: Ticket): Promise<Turn> {
    const { quota, desk, clock, hold } = this.deps;
    if (hold.kind === 'none') return { ...postponed(state, ticket.slotAt ?? clock.now()), ticket };
    const slot = await quota.awaitSlot(ticket, { holdMs: hold.ms });
    switch (slot.outcome) {
      case 'later': {
        const { slotAt } = slot;
        await desk.noteNewSlot(planned.query, ticket, slotAt, state.holder);
        return { ...postponed(state, slotAt), ticket: { ...ticket, slotAt } };
      }
      case 'unknown':
        return again(state);
      case 'denied':
        return unanswered(planned, 'denied', deniedReason(planned.query.endpoint));
      case 'call':
        // Settled in the store, but too late to be spent: the permit is lost, never exceeded.
        return clock.now() >= state.deadlineAt
          ? postponed(state, clock.now())
          : { outcome: 'call', ticket };
    }
  }

  /** Whether a slot is for the next delivery. */
  private isLeft(slotAt: number): boolean {
    const { clock, hold } = this.deps;
    return hold.kind === 'none' || slotAt - clock.now() > hold.ms;
  }
}
