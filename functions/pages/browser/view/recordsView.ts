import type { Status } from '../../../../shared/health/StatusReport';
import { clockTime, counted, duration } from './format';

export interface RecordRow {
  readonly at: string;
  readonly kind: string;
  readonly value: string;
  readonly match: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly waited: string;
  readonly channel: string;
}

/** The last records, the newest first. `now` is Unix ms. */
export function recordRows(recent: Status['recentLookups'], now: number): readonly RecordRow[] {
  return recent.map((lookup) => ({
    at: clockTime(Date.parse(lookup.at), now),
    kind: lookup.kind,
    value: lookup.value,
    outcome: lookup.outcome,
    reason: lookup.reasonCode,
    match: matchOf(lookup),
    waited: duration(lookup.tookMs),
    channel: lookup.channel,
  }));
}

function matchOf({ match, machineCount }: Status['recentLookups'][number]): string {
  return match === 'none' ? '–' : `${match} (${counted(machineCount, 'machine')})`;
}
