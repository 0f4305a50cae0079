import { MINUTE_MS } from '../../clock/durations';
import type { EndpointId } from '../../defender/endpointIds';
import type { BreakerState, CalendarState } from './CalendarState';

/** Failures in a row that open the breaker. A refusal is certain the first time; a 5xx or timeout happens. */
const THRESHOLDS = { forbidden: 1, unauthorized: 1, failing: 3 } as const;

/** The endpoint's breaker if it is open. */
export function endpointBreaker(state: CalendarState, endpoint: EndpointId): BreakerState | null {
  const breaker = state.breakers[endpoint];
  return breaker && breaker.failures >= THRESHOLDS[breaker.why] ? breaker : null;
}

/** The open breaker that stops the whole calendar; where endpoints share it, a broken one does not. */
export function openBreaker(state: CalendarState): BreakerState | null {
  if (state.config.scope === 'application') return null;
  for (const breaker of Object.values(state.breakers))
    if (breaker.failures >= THRESHOLDS[breaker.why]) return breaker;
  return null;
}

/** How long a breaker stays shut after its last failure: 6 s, doubling to a minute. */
export const shutMs = ({ why, failures }: BreakerState): number =>
  Math.min(MINUTE_MS, 6_000 * 2 ** Math.max(0, failures - THRESHOLDS[why]));

/** The earliest time of the next probe. */
export const shutUntil = (state: CalendarState, breaker: BreakerState): number =>
  state.config.scope === 'application' ? breaker.until : state.coolUntil;
