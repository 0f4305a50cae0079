/**
 * One burst of lookups in one simulated world, for the quota calendar and for what is usually done instead. Writes its
 * section of docs/benchmarks.md; with --plot the calls per minute of three of them as docs/quota-timeline.svg.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { BULK_ONLY } from '../tests/shared/quota/calendar/fixtures';
import { runWorld, type MakePacer } from '../tests/simulation/runWorld';
import { BURST, calendarPacer } from '../tests/simulation/worlds';
import {
  addedWaitsMs,
  optimalAt,
  percentile,
  quotaShare,
  type WorldReport,
} from '../tests/simulation/WorldReport';
import { writeSection } from './benchmarksDoc';
import { flexibleUnion } from './pacers/flexible';
import { fixedWindow, gcra, leasedBlocks, plainRetry, reservoir } from './pacers/limiters';
import { timelineSvg } from './timelineSvg';

const HOUR_MS = 3_600_000;
const docs = path.resolve(__dirname, '../docs');
const lookups = Number(process.env['BENCH_LOOKUPS'] ?? 3_000);
/** Whole hours of the quota that the lookups fill. */
const hours = Math.floor(lookups / 1_500);
const stopAfterMs = (hours + 2) * HOUR_MS;
const bestMs = optimalAt(lookups - 1);
const sizes = (process.env['BENCH_INSTANCES'] ?? '1,4,16,64').split(',').map(Number);

const world = {
  ...BURST,
  ...{ lookups, stopAfterMs },
  defender: { ...BURST.defender, countRejected: false },
};

const run =
  <V, C>(makePacer: MakePacer<V, C>) =>
  (instances: number): Promise<WorldReport> =>
    runWorld({ ...world, instances }, makePacer);

const candidates: readonly { name: string; run: (instances: number) => Promise<WorldReport> }[] = [
  { name: 'this calendar', run: run(calendarPacer(BULK_ONLY)) },
  { name: 'reservoir and spacing, as Bottleneck', run: run(reservoir) },
  { name: 'leased blocks of 10', run: run(leasedBlocks) },
  { name: 'fixed window, compare-and-swap', run: run(fixedWindow) },
  { name: 'GCRA, burst = limit', run: run(gcra) },
  { name: 'plain retry after 429', run: run(plainRetry) },
  { name: 'rate-limiter-flexible, union', run: run(flexibleUnion) },
];

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

function row(name: string, instances: number, report: WorldReport): string {
  const { accepted, rejected, completed, transactions, deliveries } = report;
  const granted = Math.max(1, accepted.length);
  const waits = addedWaitsMs(report);
  const cells = [
    name,
    number(instances),
    number(rejected.length),
    `${number(100 * quotaShare(report, hours), 1)} %`,
    completed === lookups
      ? `${number((accepted.at(-1) ?? 0) / HOUR_MS, 2)} h`
      : `${number(completed)} done`,
    number(transactions / granted, 2),
    number(deliveries / granted, 1),
    `${number(percentile(waits, 0.5) / 1_000)} / ${number(percentile(waits, 0.99) / 1_000)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const HEAD = `| limiter | instances | 429s | quota used in ${hours} h | makespan | Table transactions per call | deliveries per call | added wait p50 / p99, s |
|---|---:|---:|---:|---:|---:|---:|---:|`;

const section = (
  rows: readonly string[],
): string => `\`npm run bench -- quota\` simulates ${number(lookups)} lookups that arrive within a minute, for a quota of 100 calls a minute and
1,500 an hour that Defender counts in sliding windows. Simulated are Defender, the Table and Service Bus, and instances
whose clocks are off by up to two seconds; the limiters are real code, and all of them run in the same world with the
same seed. A limiter that says no sends its message back to the queue for the time it named, plus up to 10 s (2 min after an
hour's limit).

${HEAD}
${rows.join('\n')}

Makespan: all lookups done, ${number(bestMs / HOUR_MS, 2)} h at best; after ${stopAfterMs / HOUR_MS} h the world was stopped. \`BENCH_LOOKUPS=10000\` makes the burst
larger, which takes much longer: the herds of the limiters that deny grow with its square. Added wait: how much later the
nth accepted call was made than the best schedule allows. The calendar is shown without the reserve for users, since
the others have none. \`rate-limiter-flexible\` is the package itself on a store for Tables modelled on its Etcd store;
the reservoir works as Bottleneck's documentation describes it; the others are textbook forms. Rejected calls
are not counted by Defender here, which favours those that simply try again. The calendar's transactions include the ten reads
with which each process sets its clock: a larger burst costs less per call (10,000 lookups on 64 instances: 1.40, held to 1.5 by
\`tests/simulation/burst.test.ts\`). Their time base is the
instance's clock, except that the package reads true time.
`;

async function compare(): Promise<void> {
  const rows: string[] = [];
  console.log(HEAD);
  for (const { name, run: runFor } of candidates) {
    for (const instances of sizes) {
      const report = await runFor(instances);
      rows.push(row(name, instances, report));
      console.log(rows.at(-1));
    }
  }
  writeSection('Quota', section(rows));
}

async function plot(): Promise<void> {
  const shown = candidates.filter(({ name }) => /calendar|fixed|plain/.test(name));
  const series = [];
  for (const { name, run: runFor } of shown) {
    console.log(`${name} …`);
    series.push({ name, report: await runFor(16) });
  }
  writeFileSync(path.join(docs, 'quota-timeline.svg'), timelineSvg(series, 3));
}

void (process.argv.includes('--plot') ? plot() : compare());
