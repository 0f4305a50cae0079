import { HOUR_MS, MINUTE_MS } from '../clock/durations';
import type { EndpointId } from '../defender/endpointIds';
import type { CalendarConfig } from './calendar/CalendarConfig';
import { adoptConfig, commit } from './calendar/commit';
import {
  outstanding,
  type BreakerState,
  type CalendarState,
  type Flow,
} from './calendar/CalendarState';
import { forgottenUntil } from './calendar/origin';
import { openBreaker } from './calendar/openBreaker';
import { Plan, type PlannedSlot } from './calendar/Plan';
import type { Breaker } from './Quota';

export interface Allowance {
  readonly limit: number;
  readonly used: number;
  readonly left: number;
}

/** A setting of the quota that is not in force. */
export interface Pending {
  readonly setting: string;
  readonly stored: number;
  readonly configured: number;
}

/** Why a calendar began with the full cool-down: its row could not be read, or was gone and with it what was called. */
export type Amnesia = 'rowUnreadable' | 'rowLost';

/** A calendar as an operator looks at it; instants are Unix ms. */
export interface CalendarStatus {
  readonly asOf: number;
  /** Slots of the last 60 s and 3,600 s that were used or lost. */
  readonly minute: Allowance;
  readonly hour: Allowance;
  /** What of both is left to HTTP lookups by the queue. */
  readonly reserve: { readonly minute: number; readonly hour: number };
  /** Slots of each of the last 60 minutes, the oldest first. */
  readonly callsPerMinute: readonly number[];
  /** Every ticket that waits, with its slot as things stand. */
  readonly planned: readonly PlannedSlot[];
  /** When the next ticket of the interactive lane, and of flow `normal`, would come. */
  readonly nextSlotAt: { readonly interactive: number; readonly normal: number };
  /** Null: open for calls. `cooling`: after a 429, a breaker that closed, or a change of scope. */
  readonly coolDown: {
    readonly until: number;
    readonly why: Breaker['why'] | Amnesia | 'cooling';
  } | null;
  /** What this process is configured with and the calendar is not planned by, and would not be with the next ticket. */
  readonly pending: readonly Pending[];
  readonly breakers: Readonly<Partial<Record<EndpointId, BreakerState>>>;
  readonly outstanding: Readonly<Record<Flow, number>>;
  readonly lastThrottledAt: number | null;
  readonly throttles: number;
}

const SETTINGS = [
  ['DEFENDER_QUOTA_PER_MINUTE', 'perMinute'],
  ['DEFENDER_QUOTA_PER_HOUR', 'perHour'],
  ['INTERACTIVE_RESERVE_PER_MINUTE', 'reservePerMinute'],
  ['INTERACTIVE_RESERVE_PER_HOUR', 'reservePerHour'],
  ['INTERACTIVE_MAX_PER_MINUTE', 'interactivePerMinute'],
  ['INTERACTIVE_MAX_PER_HOUR', 'interactivePerHour'],
  ['BULK_PER_TEN_MINUTES', 'bulkPerTenMinutes'],
] as const satisfies readonly (readonly [string, keyof CalendarConfig])[];

/** Who looks, and what it is configured with. */
export interface Onlooker {
  readonly now: number;
  readonly config: CalendarConfig;
  readonly startedAt: number;
}

const MINUTES = HOUR_MS / MINUTE_MS;

export function statusOf(read: CalendarState, onlooker: Onlooker): CalendarStatus {
  const { now } = onlooker;
  const state = commit(read, now);
  const plan = new Plan(state);
  const { config } = state;
  return {
    asOf: read.asOf,
    ...allowancesOf(state, now),
    reserve: { minute: config.reservePerMinute, hour: config.reservePerHour },
    callsPerMinute: countsPerMinute(state.log, now),
    planned: plan.dueBy(Infinity),
    nextSlotAt: { interactive: plan.nextSlot('interactive'), normal: plan.nextSlot('normal') },
    coolDown: coolDownOf(state, now),
    pending: pendingOf(state, onlooker),
    breakers: state.breakers,
    outstanding: outstandingByFlow(state),
    lastThrottledAt: state.lastThrottledAt || null,
    throttles: state.throttles,
  };
}

/** Of a calendar whose slots up to `now` are committed. */
export function allowancesOf(
  { config, log }: CalendarState,
  now: number,
): Pick<CalendarStatus, 'minute' | 'hour'> {
  const allowance = (limit: number, spanMs: number): Allowance => {
    const used = log.filter((slotAt) => slotAt > now - spanMs && slotAt <= now).length;
    return { limit, used, left: Math.max(0, limit - used) };
  };
  return {
    minute: allowance(config.perMinute, MINUTE_MS),
    hour: allowance(config.perHour, HOUR_MS),
  };
}

function countsPerMinute(slots: readonly number[], now: number): readonly number[] {
  const counts = Array.from({ length: MINUTES }, () => 0);
  for (const slotAt of slots) {
    const minute = MINUTES - 1 - Math.floor((now - slotAt) / MINUTE_MS);
    if (slotAt <= now && minute >= 0) counts[minute] = (counts[minute] ?? 0) + 1;
  }
  return counts;
}

function coolDownOf(state: CalendarState, now: number): CalendarStatus['coolDown'] {
  const until = state.coolUntil;
  const breaker = openBreaker(state);
  if (breaker) return { until, why: breaker.why };
  return until > now ? { until, why: amnesiaOf(state, now) ?? 'cooling' } : null;
}

/** Null: the calendar is open, or closed for another reason. */
export function amnesiaOf(state: CalendarState, now: number): Amnesia | null {
  const isClosed = state.coolUntil > now && state.coolUntil === forgottenUntil(state);
  if (!isClosed) return null;
  return state.origin.isReplacement ? 'rowUnreadable' : 'rowLost';
}

/** What the next ticket would still not be planned by. */
export function pendingOf(
  read: CalendarState,
  { now, config, startedAt }: Onlooker,
): readonly Pending[] {
  const next = adoptConfig(commit(read, now), config, startedAt);
  return SETTINGS.flatMap(([setting, limit]) => {
    const [stored, configured] = [next.config[limit], config[limit]];
    return stored === configured ? [] : [{ setting, stored, configured }];
  });
}

function outstandingByFlow({ flows }: CalendarState): Readonly<Record<Flow, number>> {
  return {
    interactive: outstanding(flows.interactive),
    retry: outstanding(flows.retry),
    http: outstanding(flows.http),
    high: outstanding(flows.high),
    normal: outstanding(flows.normal),
    low: outstanding(flows.low),
    inventory: outstanding(flows.inventory),
  };
}
