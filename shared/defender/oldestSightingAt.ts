import { DAY_MS, HOUR_MS } from '../clock/durations';

const LOOK_BACK_MS = 30 * DAY_MS;
const MARGIN_MS = HOUR_MS;

/**
 * The earliest instant for which `findbyip` can be asked at `now`. It goes back 30 days (learn.microsoft.com, read
 * 2026-10); an hour is kept for the way there.
 */
export function oldestSightingAt(now: number): number {
  return now - LOOK_BACK_MS + MARGIN_MS;
}
