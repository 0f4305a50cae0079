import { HOUR_MS, MINUTE_MS } from '../../shared/clock/durations';

/** What happened in a world; times are milliseconds since its start. */
export interface WorldReport {
  /** Calls that Defender counted and answered, and those it rejected with 429, users' calls included. */
  readonly accepted: readonly number[];
  readonly rejected: readonly number[];
  readonly completed: number;
  /** Lookups in the order they were done. */
  readonly order: readonly number[];
  readonly calls: number;
  readonly mostCallsPerTicket: number;
  readonly transactions: number;
  readonly conflicts: number;
  readonly deliveries: number;
  readonly redeliveries: number;
  readonly crashes: number;
  /** Users' waits for their calls; null: refused. */
  readonly interactiveMs: readonly (number | null)[];
}

/** When the `index`th call (from 0) could be made at best, with 100 a minute and 1,500 an hour in sliding windows. */
export const optimalAt = (index: number): number =>
  Math.floor(index / 1_500) * HOUR_MS + Math.floor((index % 1_500) / 100) * MINUTE_MS;

/** Accepted calls of the first `hours`, as a share of what the quota allows in that time. */
export const quotaShare = ({ accepted }: WorldReport, hours: number): number =>
  accepted.filter((at) => at < hours * HOUR_MS).length / (hours * 1_500);

/** @param share of the sorted numbers that are smaller, 0 … 1 */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** How much later than at best the calls were made. */
export const addedWaitsMs = ({ accepted }: WorldReport): readonly number[] =>
  accepted.map((at, index) => at - optimalAt(index));
