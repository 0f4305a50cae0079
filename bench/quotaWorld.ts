/** One world of the quota bench, in a process of its own: says what happened in it to the process that forked it. */
import { HOUR_MS, MINUTE_MS } from '../shared/clock/durations';
import { DEFAULTS } from '../local/simulation/calendarConfigs';
import { runWorld, type WorldOptions } from '../local/simulation/runWorld';
import { BURST, calendarPacer, USERS } from '../local/simulation/worlds';
import {
  addedWaitsMs,
  percentile,
  quotaShare,
  type WorldReport,
} from '../local/simulation/WorldReport';
import { candidates } from './pacers/candidates';

export interface WorldRequest {
  /** `burst`: one of the candidates, alone; the calendar with the app's defaults: `users` among a burst, or `light` load. */
  readonly kind: 'burst' | 'users' | 'light';
  readonly limiter: string;
  readonly instances: number;
  readonly lookups: number;
}

export interface WorldFigures extends Pick<WorldReport, 'completed' | 'calls'> {
  readonly throttled: number;
  /** Accepted calls in the whole hours that the lookups fill, of what the quota allows. */
  readonly quotaShare: number;
  readonly lastCallMs: number;
  readonly transactionsPerCall: number;
  readonly deliveriesPerCall: number;
  readonly waitsMs: { readonly p50: number; readonly p99: number };
  readonly users: { readonly served: number; readonly p50Ms: number; readonly p99Ms: number };
  /** Calls by the minute of their arrival at Defender. */
  readonly perMinute: {
    readonly accepted: readonly number[];
    readonly rejected: readonly number[];
  };
}

const LIGHT_PER_MINUTE = 12;

/** Whole hours of the quota that so many lookups fill. */
export const hoursOf = (lookups: number): number => Math.floor(lookups / 1_500);

/** When a world is stopped, done or not. */
export const horizonMs = (lookups: number): number => (hoursOf(lookups) + 2) * HOUR_MS;

function simulate({ kind, limiter, instances, lookups }: WorldRequest): Promise<WorldReport> {
  const world: WorldOptions = {
    ...BURST,
    instances,
    lookups,
    stopAfterMs: horizonMs(lookups),
    // Not to count them favours those who simply try again.
    defender: { ...BURST.defender, countRejected: false },
  };
  if (kind === 'users') return runWorld({ ...world, ...USERS }, calendarPacer(DEFAULTS));
  const light = { arriveWithinMs: (lookups / LIGHT_PER_MINUTE) * MINUTE_MS };
  if (kind === 'light') return runWorld({ ...world, ...light }, calendarPacer(DEFAULTS));
  const run = candidates[limiter];
  if (!run) throw new Error(`No such limiter: ${limiter}`);
  return run(world);
}

function figuresOf(report: WorldReport, lookups: number): WorldFigures {
  const { accepted, rejected, completed, calls, transactions, deliveries } = report;
  const granted = Math.max(1, accepted.length);
  const waits = addedWaitsMs(report);
  const served = report.interactiveMs.filter((waitMs) => waitMs !== null);
  return {
    completed,
    calls,
    throttled: rejected.length,
    quotaShare: quotaShare(report, hoursOf(lookups)),
    lastCallMs: accepted.at(-1) ?? 0,
    transactionsPerCall: transactions / granted,
    deliveriesPerCall: deliveries / granted,
    waitsMs: { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) },
    users: {
      served: served.length / report.interactiveMs.length,
      p50Ms: percentile(served, 0.5),
      p99Ms: percentile(served, 0.99),
    },
    perMinute: { accepted: byMinute(accepted), rejected: byMinute(rejected) },
  };
}

function byMinute(times: readonly number[]): readonly number[] {
  const counts: number[] = [];
  for (const at of times) {
    const minute = Math.floor(at / MINUTE_MS);
    counts[minute] = (counts[minute] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0);
}

async function main(request: WorldRequest): Promise<void> {
  const report = await simulate(request);
  process.send?.(figuresOf(report, request.lookups), undefined, {}, () => process.exit(0));
}

if (require.main === module) void main(JSON.parse(process.argv[2] ?? '') as WorldRequest); // our parent's
