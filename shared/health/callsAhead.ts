import { FLOWS, type Flow } from '../quota/calendar/CalendarState';
import type { PlannedSlot } from '../quota/calendar/Plan';

/** When the calls that wait for a slot will be made, as things stand. */
export interface CallsAhead {
  /** Time between two counts. */
  readonly everyMs: number;
  /** Of each flow in which calls wait: how many still do, from now on; the last count is 0. */
  readonly waiting: Readonly<Partial<Record<Flow, readonly number[]>>>;
}

const STEPS = 48;
const LEAST_STEP_MS = 1_000;

/** `planned`: of all calendars, each once. `now` in Unix ms. */
export function callsAhead(planned: readonly PlannedSlot[], now: number): CallsAhead {
  const lastAt = planned.reduce((latest, { slotAt }) => Math.max(latest, slotAt), now);
  const everyMs = Math.max(LEAST_STEP_MS, Math.ceil((lastAt - now) / STEPS));
  const waiting = FLOWS.flatMap((flow) => {
    const steps = planned.filter((ticket) => ticket.flow === flow).map(stepOf);
    return steps.length === 0 ? [] : [[flow, stillWaiting(steps)] as const];
  });
  return { everyMs, waiting: Object.fromEntries(waiting) };

  /** The first count that no longer holds the ticket. */
  function stepOf({ slotAt }: PlannedSlot): number {
    return Math.max(0, Math.ceil((slotAt - now) / everyMs));
  }
}

function stillWaiting(steps: readonly number[]): readonly number[] {
  return Array.from({ length: STEPS + 1 }, (_, at) => steps.filter((step) => step > at).length);
}
