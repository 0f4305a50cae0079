import { HOUR_MS } from '../../clock/durations';
import { isSameConfig, memoryMs, stricter, type CalendarConfig } from './CalendarConfig';
import {
  FLOWS,
  outstanding,
  type CalendarState,
  type Flow,
  type FlowState,
  type RecentSlot,
} from './CalendarState';
import { BULK_FLOWS } from '../Quota';
import { openBreaker } from './openBreaker';
import { Plan, tagAfter, totalOutstanding, type PlannedSlot } from './Plan';
import { insertSlot } from './slots';

/** How long a committed slot is remembered for its holder. */
const REMEMBER_MS = 120_000;
/** A looser configuration waits so long for the calendar to be idle, then makes waiting bulk tickets void: once an hour. */
const VOID_AFTER_MS = 600_000;
const VOID_EVERY_MS = HOUR_MS;

/**
 * What every write begins with: the planned slots up to now + freeze become fixed, since a reader may use them without
 * looking again. While the breaker is open, every call needs its own write first, so nothing is fixed then.
 */
export function commit(state: CalendarState, now: number, plan = new Plan(state)): CalendarState {
  const asOf = Math.max(state.asOf, now);
  const due = openBreaker(state) ? [] : plan.dueBy(asOf + state.config.freezeMs);
  return settle(state, due, asOf);
}

/** Puts planned slots, of each flow the first ones, into the log, and forgets what no longer matters. */
export function settle(
  state: CalendarState,
  due: readonly PlannedSlot[],
  asOf: number,
): CalendarState {
  const { log, interactiveLog, recent, flows, virtualTime } =
    due.length > 0 ? commitSlots(state, due) : state;
  // A slot a forbids times before a + span only: once that is past, it can go.
  const rememberedSince = asOf - REMEMBER_MS;
  return {
    ...state,
    asOf,
    log: after(log, asOf - memoryMs(state.config)),
    interactiveLog: after(interactiveLog, asOf - HOUR_MS),
    recent: recent.filter(({ slotAt }) => slotAt > rememberedSince),
    flows,
    virtualTime,
  };
}

function commitSlots(
  state: CalendarState,
  due: readonly PlannedSlot[],
): Pick<CalendarState, 'log' | 'interactiveLog' | 'recent' | 'flows' | 'virtualTime'> {
  const log = [...state.log];
  const interactiveLog = [...state.interactiveLog];
  const recent: RecentSlot[] = [...state.recent];
  const flows: Record<Flow, FlowState> = { ...state.flows };
  let virtualTime = state.virtualTime;
  for (const { flow, slotAt, tag } of due) {
    const { issued, committed } = flows[flow];
    insertSlot(log, slotAt);
    if (flow === 'interactive') insertSlot(interactiveLog, slotAt);
    else virtualTime = Math.max(virtualTime, tag);
    recent.push({ flow, ordinal: committed, slotAt });
    flows[flow] = { issued, committed: committed + 1, tag: tagAfter(flow, tag) };
  }
  recent.sort((a, b) => a.slotAt - b.slotAt || FLOWS.indexOf(a.flow) - FLOWS.indexOf(b.flow));
  return { log, interactiveLog, recent, flows, virtualTime };
}

function after(slots: readonly number[], at: number): readonly number[] {
  const first = slots.findIndex((slot) => slot > at);
  if (first === 0) return slots;
  return first < 0 ? [] : slots.slice(first);
}

/**
 * Stops the calendar until `until`: what is due by now is committed, everything later is planned anew after `until`,
 * in order. Two things keep that safe. Committed slots after now lose their tickets but stay in the log; and so do the
 * times of the planned slots nearer than the freeze, for a reader of the image before this write may yet call then.
 */
export function halt(state: CalendarState, now: number, until: number): CalendarState {
  const asOf = Math.max(state.asOf, now);
  const plan = new Plan(state);
  const isOpen = openBreaker(state) !== null;
  const near = isOpen ? [] : plan.dueBy(asOf + state.config.freezeMs);
  const settled = settle(
    state,
    near.filter(({ slotAt }) => slotAt <= asOf),
    asOf,
  );
  const log = [...settled.log];
  for (const { slotAt } of near) if (slotAt > asOf) insertSlot(log, slotAt);
  return {
    ...settled,
    log,
    recent: settled.recent.filter(({ slotAt }) => slotAt <= asOf),
    coolUntil: Math.max(settled.coolUntil, until),
  };
}

/**
 * Takes over the configuration of a process that started later than the one that brought the stored one. Whatever is
 * stricter acts at once. Whatever is looser waits until no ticket is outstanding or usable, or slots that were promised
 * would move earlier; so would bulk slots if an interactive one made way for them, hence nothing changes while one waits.
 * A quota that was too low by mistake would never be raised while there is work: after ten minutes the bulk tickets are
 * void, their holders take new ones, and the committed slots stay in the log.
 */
export function adoptConfig(
  state: CalendarState,
  config: CalendarConfig,
  startedAt: number,
): CalendarState {
  if (startedAt <= state.configuredAt || outstanding(state.flows.interactive) > 0) return state;
  const strict = stricter(state.config, config);
  const lastSlotAt = state.log.at(-1) ?? 0;
  const isIdle =
    totalOutstanding(state) === 0 && lastSlotAt + state.config.useWindowMs < state.asOf;
  const adopted = { config, configuredAt: startedAt };
  if (isIdle || isSameConfig(strict, config)) return { ...state, ...adopted };
  const mayVoid =
    state.asOf >= startedAt + VOID_AFTER_MS && state.asOf >= state.voidedAt + VOID_EVERY_MS;
  if (mayVoid)
    return { ...withoutTickets(state, BULK_FLOWS), ...adopted, recent: [], voidedAt: state.asOf };
  return isSameConfig(strict, state.config) ? state : { ...state, config: strict };
}

/**
 * Drops the planned tickets of the flows; those that are nearer than the freeze keep their slots. Ordinals continue.
 */
export function cancel(state: CalendarState, flows: readonly Flow[], now: number): CalendarState {
  return withoutTickets(commit(state, now), flows);
}

function withoutTickets(state: CalendarState, flows: readonly Flow[]): CalendarState {
  const emptied = { ...state.flows };
  for (const flow of flows) emptied[flow] = { ...emptied[flow], committed: emptied[flow].issued };
  return { ...state, flows: emptied };
}
