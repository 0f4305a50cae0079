import { HOUR_MS, MINUTE_MS } from '../../clock/durations';
import type { EndpointId } from '../../defender/endpointIds';
import type { Breaker } from '../Quota';
import type { BreakerState, CalendarState, Flow } from './CalendarState';
import { commit, halt, settle } from './commit';
import { endpointBreaker, shutMs, shutUntil } from './openBreaker';
import { Plan } from './Plan';

const NO_RETRY_AFTER_MS = MINUTE_MS;
const MIN_RETRY_AFTER_MS = 1_000;
const MAX_RETRY_AFTER_MS = HOUR_MS;
/** Added to Defender's Retry-After, which is in whole seconds of a clock that is not ours. */
const RETRY_MARGIN_MS = 500;

/** Defender answered 429: the calendar stops for its Retry-After. Null: it has already stopped that long. */
export function throttle(
  state: CalendarState,
  now: number,
  retryAfterMs: number | null,
): CalendarState | null {
  const wait = clampRetryAfter(retryAfterMs);
  if (state.coolUntil >= now + wait) return null;
  return {
    ...halt(state, now, now + wait + RETRY_MARGIN_MS),
    lastThrottledAt: now,
    throttles: state.throttles + 1,
  };
}

/** One absurd header must not stop an endpoint for a day, nor a missing one start a hammering. */
export const clampRetryAfter = (retryAfterMs: number | null): number =>
  Math.min(MAX_RETRY_AFTER_MS, Math.max(MIN_RETRY_AFTER_MS, retryAfterMs ?? NO_RETRY_AFTER_MS));

/**
 * A call was refused or failed. Below the threshold it is only counted; at the threshold the breaker opens and shuts
 * the endpoint. Once it is open only the prober's failures count: the others called before they knew.
 */
export function fail(
  state: CalendarState,
  failure: {
    readonly endpoint: EndpointId;
    readonly why: Breaker['why'];
    readonly probed: boolean;
  },
  now: number,
): CalendarState | null {
  const { endpoint, why, probed } = failure;
  const wasOpen = endpointBreaker(state, endpoint);
  if (wasOpen && !probed) return null;
  const failed = nextFailure(state.breakers[endpoint], why, now);
  const counted = withBreaker(state, endpoint, failed);
  if (!endpointBreaker(counted, endpoint))
    return { ...commit(state, now), breakers: counted.breakers };
  return shut(state, endpoint, failed, now);
}

/** A refusal stays the reason, and its clock runs on, while probes of it fail otherwise. */
function nextFailure(
  before: BreakerState | undefined,
  why: Breaker['why'],
  now: number,
): BreakerState {
  if (!before) return { why, since: now, failures: 1, until: 0 };
  const isSame = before.why === why || before.why === 'forbidden' || why === 'failing';
  if (isSame) return { ...before, failures: before.failures + 1 };
  return { ...before, why, since: now, failures: 1 };
}

function shut(
  state: CalendarState,
  endpoint: EndpointId,
  breaker: BreakerState,
  now: number,
): CalendarState {
  const until = now + shutMs(breaker);
  if (state.config.scope === 'application')
    return withBreaker(commit(state, now), endpoint, { ...breaker, until });
  return withBreaker(halt(state, now, until), endpoint, breaker);
}

/** An answer came: the breaker closes and failures are forgotten, but no slot moves earlier. Null: nothing to do. */
export function recover(
  state: CalendarState,
  endpoint: EndpointId,
  now: number,
): CalendarState | null {
  if (!state.breakers[endpoint]) return null;
  const breakers = Object.fromEntries(
    Object.entries(state.breakers).filter(([broken]) => broken !== endpoint),
  );
  return { ...commit(state, now), breakers };
}

/**
 * The holder of a due ticket asks to probe an endpoint whose breaker is open. The first to write this may call; for all
 * others the endpoint is shut anew. Null: not now.
 */
export function probe(
  state: CalendarState,
  ticket: { readonly endpoint: EndpointId; readonly flow: Flow; readonly ordinal: number },
  now: number,
): CalendarState | null {
  const breaker = endpointBreaker(state, ticket.endpoint);
  if (!breaker || shutUntil(state, breaker) > now) return null;
  const plan = new Plan(state);
  const slotAt = plan.slotOf(ticket.flow, ticket.ordinal);
  if (slotAt === null || slotAt > now) return null;
  if (state.config.scope === 'application')
    return withBreaker(commit(state, now), ticket.endpoint, {
      ...breaker,
      until: now + shutMs(breaker),
    });
  // Tickets before the prober's have let their turn pass: their slots are spent and their holders take new ones.
  const settled = settle(state, plan.dueBy(slotAt), Math.max(state.asOf, now));
  return {
    ...settled,
    recent: settled.recent.filter(
      ({ flow, ordinal }) => flow === ticket.flow && ordinal === ticket.ordinal,
    ),
    coolUntil: Math.max(settled.coolUntil, now + shutMs(breaker)),
  };
}

const withBreaker = (
  state: CalendarState,
  endpoint: EndpointId,
  breaker: BreakerState,
): CalendarState => ({ ...state, breakers: { ...state.breakers, [endpoint]: breaker } });
