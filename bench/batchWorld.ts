/** One simulated burst of bench/batches.ts: gets its request as JSON in the first argument, sends its report. */
import { HOUR_MS } from '../shared/clock/durations';
import {
  batchedBurst,
  type BurstOptions,
  type BurstReport,
} from '../tests/simulation/batchedBurst';
import { refusesIn, refusesLong } from '../tests/simulation/refusals';

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
