import {
  FLOWS,
  withOneMore,
  type CalendarState,
  type Flow,
} from '../../../shared/quota/calendar/CalendarState';
import { flowOf, issue, type IssueOptions } from '../../../shared/quota/calendar/issue';
import { Plan } from '../../../shared/quota/calendar/Plan';
import type { Ticket, TicketAnswer, TicketRequest } from '../../../shared/quota/Quota';

/** A ticket that somebody waits for. */
interface Held<H> {
  readonly ordinal: number;
  readonly holder: H;
}

/** Of the last call (Unix ms), and of the one that would be the last if a few less or more were made. */
export interface LastSlots {
  readonly at: number;
  readonly ifFewer: number;
  readonly ifMore: number;
}

interface Due {
  readonly flow: Flow;
  readonly slotAt: number;
}

/**
 * One calendar as time goes on, planned by the app's own planner: takes tickets at any time, and yields them in the order
 * of their slots. Tickets of others that are in it already take their slots, too.
 */
export class ForecastCalendar<H> {
  private plan: Plan;
  /** Of each flow in the order of their ordinals; those before `next` are over. */
  private readonly held: Record<Flow, Held<H>[]>;
  private readonly next: Record<Flow, number>;
  private readonly passed: number[] = [];
  /** Null: to be found out. */
  private due: Due | null = null;

  constructor(public state: CalendarState) {
    this.plan = new Plan(state);
    this.held = ofEachFlow(() => []);
    this.next = ofEachFlow(() => 0);
  }

  /** Takes over a ticket that was taken before. False: it is of no use any more. Before any other is taken. */
  adopt(ticket: Ticket, holder: H, now: number): boolean {
    const { epoch, ordinal } = ticket;
    const flow = flowOf(ticket);
    if (epoch !== this.state.epoch) return false;
    const slotAt = this.plan.slotOf(flow, ordinal);
    if (slotAt === null || slotAt + this.state.config.useWindowMs < now) return false;
    const held = this.held[flow];
    const place = held.findLastIndex((other) => other.ordinal < ordinal) + 1;
    held.splice(place, 0, { ordinal, holder });
    this.due = null;
    return true;
  }

  /** The answers are in the order of the requests. */
  take(
    requests: readonly { readonly request: TicketRequest; readonly holder: H }[],
    options: IssueOptions,
  ): readonly TicketAnswer[] {
    const issued = issue(
      this.state,
      requests.map(({ request }) => request),
      options,
    );
    this.state = issued.state;
    this.plan = new Plan(issued.state);
    this.due = null;
    issued.answers.forEach((answer, index) => {
      const holder = requests[index]?.holder;
      if (answer.outcome !== 'granted' || holder === undefined) return;
      const { ordinal } = answer.ticket;
      this.held[flowOf(answer.ticket)].push({ ordinal, holder });
    });
    return issued.answers;
  }

  /** About when one more ticket of the flow would come. */
  tailOf(flow: Flow): number {
    return this.plan.tailOf(flow);
  }

  /** Of the next ticket that somebody waits for; Infinity: nobody does. */
  get nextSlotAt(): number {
    this.due ??= this.findDue();
    return this.due?.slotAt ?? Infinity;
  }

  /** The next slot and whose it is; null: nobody waits. */
  pass(): { readonly slotAt: number; readonly holder: H } | null {
    const due = this.due ?? this.findDue();
    const first = due && this.held[due.flow][this.next[due.flow]];
    if (!due || !first) return null;
    this.next[due.flow] += 1;
    this.due = null;
    this.passed.push(due.slotAt);
    return { slotAt: due.slotAt, holder: first.holder };
  }

  /** Of those that have passed; null: none has. */
  get lastSlotAt(): number | null {
    return this.passed.at(-1) ?? null;
  }

  /** Once all slots have passed. Null: there was none. */
  lastSlots({
    share,
    least,
  }: {
    readonly share: number;
    readonly least: number;
  }): LastSlots | null {
    const { passed, state } = this;
    const at = passed.at(-1);
    if (at === undefined) return null;
    const count = Math.max(least, Math.ceil(passed.length * share));
    const ifFewer = passed[Math.max(0, passed.length - 1 - count)] ?? at;
    let { retry } = state.flows;
    for (let more = 0; more < count; more += 1)
      retry = withOneMore('retry', retry, state.virtualTime);
    const longer = new Plan({ ...state, flows: { ...state.flows, retry } }).dueBy(Infinity);
    return { at, ifFewer, ifMore: Math.max(at, longer.at(-1)?.slotAt ?? at) };
  }

  private findDue(): Due | null {
    let due: Due | null = null;
    for (const flow of FLOWS) {
      const first = this.held[flow][this.next[flow]];
      const slotAt = first ? this.plan.slotOf(flow, first.ordinal) : null;
      if (slotAt !== null && (due === null || slotAt < due.slotAt)) due = { flow, slotAt };
    }
    return due;
  }
}

function ofEachFlow<T>(make: () => T): Record<Flow, T> {
  return {
    interactive: make(),
    retry: make(),
    http: make(),
    high: make(),
    normal: make(),
    low: make(),
    inventory: make(),
  };
}
