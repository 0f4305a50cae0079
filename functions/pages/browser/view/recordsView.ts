import type { Status } from '../../../../shared/health/StatusReport';
import { clockTime, duration } from './format';

export interface RecordRow {
  readonly at: string;
  readonly kind: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly machines: number;
  readonly took: string;
  readonly channel: string;
}

/** The last records, the newest first. `now` is Unix ms. */
export function recordRows(recent: Status['recentLookups'], now: number): readonly RecordRow[] {
  return recent.map(({ at, kind, outcome, reasonCode, machineCount, tookMs, channel }) => ({
    at: clockTime(Date.parse(at), now),
    kind,
    outcome,
    reason: reasonCode,
    machines: machineCount,
    took: duration(tookMs),
    channel,
  }));
}
