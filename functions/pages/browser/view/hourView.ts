import type { Status } from '../../../../shared/health/StatusReport';

/** Calls to Defender of each of the last 60 minutes, all APIs together, the oldest first. */
export function callsInTheLastHour({
  endpoints,
  quotaScope,
}: Pick<Status, 'endpoints' | 'quotaScope'>): readonly number[] {
  const known = Object.values(endpoints).filter((endpoint) => endpoint !== null);
  // With one quota for all, each endpoint shows the same calendar.
  const counted = quotaScope === 'application' ? known.slice(0, 1) : known;
  const [first, ...others] = counted.map(({ callsPerMinute }) => callsPerMinute);
  return others.reduce(
    (sums, calls) => sums.map((sum, minute) => sum + (calls[minute] ?? 0)),
    first ?? [],
  );
}
