import type { Random } from '../clock/Clock';
import { HOUR_MS, MINUTE_MS } from '../clock/durations';
/** Waits after the 1st, 2nd, … failure: short for a blip, then spread over the day that a lookup lives. */
const DELAYS_MS: readonly number[] = [
  0.5 * MINUTE_MS,
  2 * MINUTE_MS,
  8 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
];

/**
 * How long to wait after `failures` failures in a row (from 1), spread by ±20 % so that what failed together does not come
 * back together. Null when no further try is worth it.
 */
export function retryDelayMs(failures: number, random: Random): number | null {
  const delayMs = DELAYS_MS[failures - 1];
  return delayMs === undefined ? null : Math.round(delayMs * (0.8 + 0.4 * random.next()));
}

/** As `retryDelayMs`, but never given up: for a finished record, and for work whose storage is down. */
export function endlessRetryDelayMs(failures: number, random: Random): number {
  return retryDelayMs(Math.min(failures, DELAYS_MS.length - 3), random) ?? HOUR_MS;
}
