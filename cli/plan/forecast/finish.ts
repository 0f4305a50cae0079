import { USE_WINDOW_MS } from '../../../shared/batches/batchTimes';
import type { ForecastCalendar } from './ForecastCalendar';
import type { Finish, ForecastEnd } from './ForecastResult';

/**
 * The share of calls that may be made more or less than planned, at least two of each calendar: a permit is lost when its
 * holder comes too late, a batch is filled otherwise. At the edge of a window one call decides whether the next waits an hour.
 */
const SPARE = { share: 0.01, least: 2 };

/** `mayLookAt`: when the last of those who wait for the machines of their alerts may look for them. */
export function finishOf(
  ends: readonly ForecastEnd[],
  calendars: readonly Pick<ForecastCalendar<unknown>, 'lastSlots'>[],
  { now, mayLookAt }: { readonly now: number; readonly mayLookAt: number },
): Finish | null {
  const at = ends.reduce(
    (last, end) => (end.outcome === 'answered' ? Math.max(last, end.at) : last),
    -Infinity,
  );
  if (at === -Infinity) return null;
  const last = calendars.flatMap((calendar) => calendar.lastSlots(SPARE) ?? []);
  const latest = (slots: readonly number[]): number => Math.max(...slots, 0);
  const lastAt = latest(last.map((slots) => slots.at));
  const sooner = lastAt - latest(last.map(({ ifFewer }) => ifFewer));
  const later = latest(last.map(({ ifMore }) => ifMore)) - lastAt;
  // A call is made within its window; an answer is seen when its message is next delivered.
  return {
    at,
    earliestAt: Math.max(now, at - sooner - USE_WINDOW_MS),
    latestAt: Math.max(at + later, mayLookAt) + USE_WINDOW_MS,
  };
}
