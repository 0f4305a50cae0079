import { BULK_FLOWS, type BulkFlow } from '../Quota';
import { bulkWindows, fullWindows, interactiveCaps } from './CalendarConfig';
import { FLOWS, outstanding, withOneMore, type CalendarState, type Flow } from './CalendarState';
import { ceilToGrid, earliestSlot, insertSlot, type Window } from './slots';

const WEIGHTS: Readonly<Record<BulkFlow, number>> = {
  retry: 8,
  http: 8,
  high: 8,
  normal: 4,
  low: 1,
  inventory: 1,
};

export interface PlannedSlot {
  readonly flow: Flow;
  readonly slotAt: number;
  /** The ticket's own tag. */
  readonly tag: number;
}

/**
 * The slots of all outstanding tickets: a pure function of the state, worked out only as far as it is asked for.
 * First the interactive tickets in order, each at the earliest time the full windows allow; around them the bulk
 * tickets, always the flow with the smallest tag next (start-time fair queueing), each at the earliest time the bulk
 * windows allow.
 *
 * More slots, a later `coolUntil` or stricter windows forbid only more, so no slot ever comes earlier. The exception
 * would be a bulk slot before an interactive one that its own cap put off, relative to another waiting one, and which
 * then goes still later. No interactive ticket waits as long as the minute that the cap spans, so there is none.
 */
export class Plan {
  /** The log and everything planned so far, ascending. */
  private readonly slots: number[];
  private readonly planned: Record<Flow, number[]>;
  private readonly order: PlannedSlot[] = [];
  /** The flows with tickets yet to plan, in their fixed order. */
  private readonly waiting: readonly WaitingFlow[];
  private readonly windows: readonly Window[];
  private bulkFrom: number;

  constructor(private readonly state: CalendarState) {
    this.slots = [...state.log];
    this.planned = {
      interactive: [],
      retry: [],
      http: [],
      high: [],
      normal: [],
      low: [],
      inventory: [],
    };
    this.waiting = BULK_FLOWS.map((flow) => {
      const waiting = state.flows[flow];
      return { flow, left: outstanding(waiting), tag: waiting.tag };
    }).filter(({ left }) => left > 0);
    this.windows = bulkWindows(state.config);
    this.bulkFrom = ceilToGrid(Math.max(state.asOf, state.coolUntil));
    this.planInteractive(this.bulkFrom);
  }

  /** When the ticket may be used; null if it never existed, or was committed and is no longer remembered. */
  slotOf(flow: Flow, ordinal: number): number | null {
    const { issued, committed } = this.state.flows[flow];
    if (ordinal < 0 || ordinal >= issued) return null;
    if (ordinal < committed) {
      const kept = this.state.recent.find((r) => r.flow === flow && r.ordinal === ordinal);
      return kept?.slotAt ?? null;
    }
    const slots = this.planned[flow];
    while (slots.length <= ordinal - committed && this.planNextBulk());
    return slots[ordinal - committed] ?? null;
  }

  /** What is planned up to and including `until`: of each flow the tickets that come first. */
  dueBy(until: number): readonly PlannedSlot[] {
    while (this.bulkFrom <= until && this.planNextBulk());
    return this.order.filter(({ slotAt }) => slotAt <= until);
  }

  /** Whether a ticket is planned later than `at`. */
  reachesBeyond(at: number): boolean {
    while (this.bulkFrom <= at && this.planNextBulk());
    return this.order.some(({ slotAt }) => slotAt > at);
  }

  /** When one more ticket at the end of the flow would come. */
  nextSlot(flow: Flow): number {
    const { flows, virtualTime } = this.state;
    const grown = withOneMore(flow, flows[flow], virtualTime);
    const longer = new Plan({ ...this.state, flows: { ...flows, [flow]: grown } });
    return longer.slotOf(flow, grown.issued - 1) ?? this.bulkFrom;
  }

  /** About the same, without planning anew what is planned: the slot of the flow's last ticket, if any waits. */
  tailOf(flow: Flow): number {
    const { issued, committed } = this.state.flows[flow];
    const last = issued > committed ? this.slotOf(flow, issued - 1) : null;
    return last ?? this.nextSlot(flow);
  }

  private planInteractive(from: number): void {
    const { config, interactiveLog, flows } = this.state;
    const full = fullWindows(config);
    const caps = interactiveCaps(config);
    const own = [...interactiveLog];
    let at = from;
    for (let left = outstanding(flows.interactive); left > 0; left -= 1) {
      // Both conditions only ever move the slot later; it is found when neither moves it.
      for (let tried = -1; tried !== at;) {
        tried = at;
        at = earliestSlot(own, earliestSlot(this.slots, at, full), caps);
      }
      insertSlot(this.slots, at);
      insertSlot(own, at);
      this.planned.interactive.push(at);
      this.order.push({ flow: 'interactive', slotAt: at, tag: 0 });
    }
  }

  private planNextBulk(): boolean {
    const next = this.nextWaiting();
    if (next === null) return false;
    // What was forbidden to the slot before stays forbidden with it in place, so the search continues from there.
    const slotAt = earliestSlot(this.slots, this.bulkFrom, this.windows);
    insertSlot(this.slots, slotAt);
    this.planned[next.flow].push(slotAt);
    this.order.push({ flow: next.flow, slotAt, tag: next.tag });
    next.left -= 1;
    next.tag = tagAfter(next.flow, next.tag);
    this.bulkFrom = slotAt;
    return true;
  }

  /** The flow with the smallest tag; of equal ones the first. */
  private nextWaiting(): WaitingFlow | null {
    let next: WaitingFlow | null = null;
    for (const flow of this.waiting)
      if (flow.left > 0 && (next === null || flow.tag < next.tag)) next = flow;
    return next;
  }
}

interface WaitingFlow {
  readonly flow: BulkFlow;
  left: number;
  tag: number;
}

/** The tag that follows `tag` in a flow. */
export const tagAfter = (flow: Flow, tag: number): number =>
  flow === 'interactive' ? 0 : tag + 1 / WEIGHTS[flow];

/** Tickets issued and not yet committed, all flows together. */
export const totalOutstanding = (state: CalendarState): number =>
  FLOWS.reduce((sum, flow) => sum + outstanding(state.flows[flow]), 0);
