import type { EndpointId } from '../defender/endpointIds';
import { commit } from './calendar/commit';
import {
  outstanding,
  type BreakerState,
  type CalendarState,
  type Line,
} from './calendar/CalendarState';
import { openBreaker } from './calendar/openBreaker';
import { Plan } from './calendar/Plan';
import type { Breaker } from './Quota';

interface Allowance {
  readonly limit: number;
  readonly used: number;
  readonly left: number;
}

/** A calendar as an operator looks at it; instants are Unix ms. */
export interface CalendarStatus {
  readonly asOf: number;
  /** Slots of the last 60 s and 3,600 s that were used or lost. */
  readonly minute: Allowance;
  readonly hour: Allowance;
  /** When the next ticket of the interactive lane, and of flow `normal`, would come. */
  readonly nextSlotAt: { readonly interactive: number; readonly normal: number };
  /** Null: open for calls. `cooling`: after a 429, a breaker that closed, or a change of scope. */
  readonly coolDown: { readonly until: number; readonly why: Breaker['why'] | 'cooling' } | null;
  readonly breakers: Readonly<Partial<Record<EndpointId, BreakerState>>>;
  readonly outstanding: Readonly<Record<Line, number>>;
  readonly lastThrottledAt: number | null;
  readonly throttles: number;
}

export function statusOf(read: CalendarState, now: number): CalendarStatus {
  const state = commit(read, now);
  const plan = new Plan(state);
  const allowance = (limit: number, spanMs: number): Allowance => {
    const used = state.log.filter((slotAt) => slotAt > now - spanMs && slotAt <= now).length;
    return { limit, used, left: Math.max(0, limit - used) };
  };
  return {
    asOf: read.asOf,
    minute: allowance(state.config.perMinute, 60_000),
    hour: allowance(state.config.perHour, 3_600_000),
    nextSlotAt: { interactive: plan.nextSlot('interactive'), normal: plan.nextSlot('normal') },
    coolDown: coolDownOf(state, now),
    breakers: state.breakers,
    outstanding: outstandingByLine(state),
    lastThrottledAt: state.lastThrottledAt || null,
    throttles: state.throttles,
  };
}

function coolDownOf(state: CalendarState, now: number): CalendarStatus['coolDown'] {
  const until = state.coolUntil;
  const breaker = openBreaker(state);
  if (breaker) return { until, why: breaker.why };
  return until > now ? { until, why: 'cooling' } : null;
}

function outstandingByLine({ lines }: CalendarState): Readonly<Record<Line, number>> {
  return {
    interactive: outstanding(lines.interactive),
    retry: outstanding(lines.retry),
    http: outstanding(lines.http),
    high: outstanding(lines.high),
    normal: outstanding(lines.normal),
    low: outstanding(lines.low),
    inventory: outstanding(lines.inventory),
  };
}
