import type { Status } from '../../../../shared/health/StatusReport';
import { waitingIn } from './quotaView';
import { count, counted, duration, percent } from './format';

export interface Figure {
  readonly name: string;
  readonly value: string;
}

/** The figures of the last hour, and what waits now. */
export function hourFigures(
  status: Pick<Status, 'lastHour' | 'endpoints' | 'quotaScope'>,
): readonly Figure[] {
  const { lastHour } = status;
  const calls = callsInTheLastHour(status).reduce((sum, minute) => sum + minute, 0);
  const waiting = calendarsOf(status).reduce((sum, endpoint) => sum + waitingIn(endpoint), 0);
  const shared = [
    { name: 'Calls to Defender', value: count(calls) },
    { name: 'Calls waiting now', value: count(waiting) },
  ];
  if (!lastHour) return shared;
  const { records, waitMs, cache, batches } = lastHour;
  const perCall = batches.calls === 0 ? '–' : (batches.questions / batches.calls).toFixed(1);
  return [
    { name: 'Records', value: count(records) },
    { name: 'Wait, median', value: waitOf(waitMs.p50) },
    { name: 'Wait, 95 %', value: waitOf(waitMs.p95) },
    ...shared,
    { name: 'Answered by the cache', value: percent(cache.hits, cache.asked) },
    { name: 'Questions per batch', value: perCall },
  ];
}

const waitOf = (ms: number | null): string => (ms === null ? '–' : duration(ms));

/** Whose figures they are. */
export const hourScope = ({ lastHour }: Pick<Status, 'lastHour'>): string =>
  lastHour === null
    ? 'records cannot be read'
    : `records of ${counted(lastHour.processes, 'process', 'processes')}`;

/** Calls to Defender of each of the last 60 minutes, all APIs together, the oldest first. */
export function callsInTheLastHour(
  status: Pick<Status, 'endpoints' | 'quotaScope'>,
): readonly number[] {
  const [first, ...others] = calendarsOf(status).map(({ callsPerMinute }) => callsPerMinute);
  return others.reduce(
    (sums, calls) => sums.map((sum, minute) => sum + (calls[minute] ?? 0)),
    first ?? [],
  );
}

/** With one quota for all, each endpoint shows the same calendar. */
function calendarsOf({ endpoints, quotaScope }: Pick<Status, 'endpoints' | 'quotaScope'>) {
  const known = Object.values(endpoints).filter((endpoint) => endpoint !== null);
  return quotaScope === 'application' ? known.slice(0, 1) : known;
}
