/** One simulated burst of bench/batches.ts: gets its request as JSON in the first argument, sends its report. */
import { HOUR_MS } from '../shared/clock/durations';
import { lengthOf } from '../shared/batches/batchQuery';
import { DefenderRejectedError, DefenderUnavailableError } from '../shared/defender/defenderErrors';
import type { DefenderQuery } from '../shared/defender/DefenderQuery';
import {
  batchedBurst,
  type BurstOptions,
  type BurstReport,
} from '../tests/simulation/batchedBurst';

/** What is known to nobody before the first 414: the longest path and query that is answered. */
const LONGEST = 900;

export const WORLDS = {
  usual: {},
  'bare names': { areBare: true },
  'default `BULK_PER_TEN_MINUTES`': { quota: { bulkPerTenMinutes: 275 } },
  'no `in`': { refusal: refusesIn },
  'no batches': { batches: null },
  'an unknown limit of 900 characters': { refusal: refusesLong },
  stream: { arriveWithinMs: 60_000, quota: { perMinute: 20, perHour: 300 } },
} as const satisfies Readonly<Record<string, Partial<BurstOptions>>>;
export type WorldName = keyof typeof WORLDS;

export interface BatchWorld {
  readonly name: WorldName;
  readonly instances: number;
  readonly lookups: number;
}

const isBatch = (query: DefenderQuery): boolean =>
  query.endpoint === 'alerts' ||
  (query.endpoint === 'machines' &&
    query.filter !== null &&
    JSON.stringify(query.filter).includes('"in"'));

function refusesIn(query: DefenderQuery): Error | null {
  const about = { endpoint: query.endpoint, status: 400, correlationId: null };
  return isBatch(query) ? new DefenderRejectedError('in is not taken', about) : null;
}

function refusesLong(query: DefenderQuery): Error | null {
  const about = { endpoint: query.endpoint, status: 414, correlationId: null };
  return lengthOf(query) > LONGEST ? new DefenderUnavailableError('too long', about) : null;
}

async function main(): Promise<void> {
  const { name, instances, lookups } = JSON.parse(process.argv[2] ?? '') as BatchWorld; // from bench/batches.ts
  const report: BurstReport = await batchedBurst({
    instances,
    lookups,
    areKnown: true,
    stopAfterMs: 12 * HOUR_MS,
    ...WORLDS[name],
  });
  process.send?.(report);
}

if (require.main === module)
  main().then(
    () => process.disconnect(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
