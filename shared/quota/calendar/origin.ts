import { MINUTE_MS } from '../../clock/durations';
import { memoryMs, type CalendarConfig } from './CalendarConfig';
import { newCalendar, type CalendarState } from './CalendarState';
import { commit, halt } from './commit';
import { ceilToGrid, insertSlot } from './slots';

interface Birth {
  readonly epoch: string;
  readonly now: number;
}

/** In place of a row that cannot be read: it may have counted a whole hour's calls, so none is made for as long. */
export function replacement(
  config: CalendarConfig,
  { epoch, now, configuredAt }: Birth & { readonly configuredAt: number },
): CalendarState {
  const made = newCalendar(epoch, config, { now, configuredAt });
  return {
    ...made,
    origin: { ...made.origin, isReplacement: true },
    coolUntil: now + memoryMs(config),
  };
}

/**
 * In place of a row that is gone, from what this process knew of it `unseenMs` ago. What others may have called since
 * is taken for called, as late as that can have been. No ticket survives.
 */
export function continuation(
  known: CalendarState,
  { epoch, now, unseenMs }: Birth & { readonly unseenMs: number },
): CalendarState {
  const committed = commit(known, now);
  const { perMinute, perHour, freezeMs } = known.config;
  const { flows } = newCalendar(epoch, known.config, { now, configuredAt: 0 });
  const minutes = 1 + Math.floor((unseenMs + freezeMs) / MINUTE_MS);
  const log = [...committed.log];
  for (let unseen = Math.min(perHour, minutes * perMinute); unseen > 0; unseen -= 1)
    insertSlot(log, ceilToGrid(committed.asOf + freezeMs));
  return {
    ...committed,
    epoch,
    origin: { ...known.origin, at: now, continues: known.epoch },
    log,
    flows,
    recent: [],
    virtualTime: 0,
  };
}

/** A calendar that begins with the full cool-down, for want of knowledge, is closed until then. */
export const forgottenUntil = ({ origin, config }: CalendarState): number =>
  origin.knownSince + memoryMs(config);

/** What shows that a calendar was in the row: its epoch, and when it was written (Unix ms; 0: not known). */
export interface Trace {
  readonly epoch: string;
  readonly asOf: number;
}

/**
 * There was a calendar of another epoch, and this one does not continue it: it knows nothing of the calls of the hour
 * before it was made, so it is closed until they no longer matter. Null: it knows, or is closed that long.
 */
export function coolForForgotten(
  state: CalendarState,
  { epoch, asOf }: Trace,
  now: number,
): CalendarState | null {
  const { continues, knownSince } = state.origin;
  const isKnown = epoch === state.epoch || epoch === continues || asOf >= knownSince;
  const until = forgottenUntil(state);
  return isKnown || until <= Math.max(now, state.coolUntil) ? null : halt(state, now, until);
}

/** A row whose instants lie further ahead than any write can have put them was edited, or written by a wrong clock. */
export const isPlausible = (state: CalendarState, now: number): boolean =>
  Math.max(
    state.asOf,
    state.coolUntil,
    state.configuredAt,
    state.voidedAt,
    state.lastThrottledAt,
    state.origin.knownSince,
    state.log.at(-1) ?? 0,
    state.interactiveLog.at(-1) ?? 0,
  ) <=
  now + memoryMs(state.config) + MINUTE_MS;
