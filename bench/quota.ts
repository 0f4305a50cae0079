/**
 * One burst of lookups in one simulated world, for the quota calendar and for what is usually done instead. Writes its
 * section of docs/benchmarks.md; with --plot the calls per minute of three of them as docs/quota-timeline.svg.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { HOUR_MS, MINUTE_MS } from '../shared/clock/durations';
import { issue } from '../shared/quota/calendar/issue';
import { DEFAULTS } from '../local/simulation/calendarConfigs';
import { bulk, calendarOf, START, times } from '../tests/shared/quota/calendar/fixtures';
import { optimalAt } from '../local/simulation/WorldReport';
import { writeSection } from './benchmarksDoc';
import { machineLoad, median, number } from './figures';
import { inProcesses } from './inProcesses';
import { candidates } from './pacers/candidates';
import { ProgressBar } from './progressBar';
import { horizonMs, hoursOf, type WorldFigures, type WorldRequest } from './quotaWorld';
import { timelineSvg } from './timelineSvg';

const PLOTTED = ['this calendar', 'fixed window, compare-and-swap', 'plain retry after 429'];
const PLOTTED_HOURS = 3;
const lookups = Number(process.env['BENCH_LOOKUPS'] ?? 10_000);
const sizes = (process.env['BENCH_INSTANCES'] ?? '1,4,16,64').split(',').map(Number);

const burst = (limiter: string, instances: number): WorldRequest => ({
  kind: 'burst',
  limiter,
  instances,
  lookups,
});

const own = (kind: 'users' | 'light', instances: number): WorldRequest => ({
  kind,
  limiter: 'this calendar',
  instances,
  lookups: kind === 'light' ? 1_800 : lookups,
});

async function simulate(requests: readonly WorldRequest[]): Promise<readonly WorldFigures[]> {
  const bar = new ProgressBar();
  const show = (done: number): void => {
    bar.show(done / requests.length, `${done} of ${requests.length} worlds`);
  };
  show(0);
  const results = await inProcesses<WorldFigures>(
    require.resolve('./quotaWorld.ts'),
    requests,
    show,
  );
  bar.print('');
  return results;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, [head[0] ? '---' : '', ...head.slice(1).map(() => '---:')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

function burstRow({ limiter, instances }: WorldRequest, figures: WorldFigures): readonly string[] {
  const { completed, waitsMs } = figures;
  return [
    limiter,
    number(instances),
    number(figures.throttled),
    `${number(100 * figures.quotaShare, 1)} %`,
    completed === lookups
      ? `${number(figures.lastCallMs / HOUR_MS, 2)} h`
      : `${number(completed)} done`,
    number(figures.transactionsPerCall, 2),
    number(figures.deliveriesPerCall, 1),
    `${number(waitsMs.p50 / 1_000)} / ${number(waitsMs.p99 / 1_000)}`,
  ];
}

function ownRow({ kind, instances }: WorldRequest, figures: WorldFigures): readonly string[] {
  const { served, p50Ms, p99Ms } = figures.users;
  return [
    kind === 'light' ? '12 lookups a minute' : 'the burst, and 2 users’ lookups a minute',
    number(instances),
    number(figures.throttled),
    number(figures.transactionsPerCall, 2),
    number(figures.deliveriesPerCall, 1),
    kind === 'light'
      ? ''
      : `${number(100 * served, 1)} %, ${number(p50Ms / 1_000, 2)} / ${number(p99Ms / 1_000, 2)}`,
  ];
}

/** Milliseconds to issue the last of 10,000 waiting tickets, which plans them all: the first time, and the median. */
function planning(): { readonly first: number; readonly usual: number } {
  const empty = calendarOf(DEFAULTS);
  const normal = { issued: 9_999, committed: 0, tag: 0 };
  const waiting = { ...empty, flows: { ...empty.flows, normal } };
  const tookMs = times(50, () => {
    const startedAt = performance.now();
    issue(waiting, [bulk()], { now: START, deniedAfterMs: 0 });
    return performance.now() - startedAt;
  });
  return { first: tookMs[0] ?? NaN, usual: median(tookMs) };
}

const BURST_HEAD = [
  'limiter',
  'instances',
  '429s',
  `quota used in ${hoursOf(lookups)} h`,
  'makespan',
  'Table transactions per call',
  'deliveries per call',
  'added wait p50 / p99, s',
];
const OWN_HEAD = [
  'load',
  'instances',
  '429s',
  'Table transactions per call',
  'deliveries per call',
  'users served within 10 s, wait p50 / p99, s',
];

interface Comparison {
  readonly bursts: readonly (readonly string[])[];
  readonly owns: readonly (readonly string[])[];
  readonly planningMs: ReturnType<typeof planning>;
  readonly minutes: number;
}

const section = ({ bursts, owns, planningMs, minutes }: Comparison): string =>
  `\`npm run bench -- quota\` simulates ${number(lookups)} lookups that arrive within a minute, for a quota of 100 calls a minute and
1,500 an hour, which Defender counts in sliding windows. Rejected calls do not count, which favours those who simply try again.
Simulated are Defender, the Table and Service Bus, and instances whose clocks are off by up to two seconds; the limiters are real
code, and all of them run in the same world with the same seed. A limiter that refuses sends its message back to the queue for the
time it named, plus up to 10 s (2 min after an hour's limit).

${table(BURST_HEAD, bursts)}

Makespan: all lookups done, ${number(optimalAt(lookups - 1) / HOUR_MS, 2)} h at best; after ${number(horizonMs(lookups) / HOUR_MS)} h the world was stopped. Added wait: how much later the nth
accepted call was made than the best schedule allows. \`rate-limiter-flexible\` is the package itself on a store for Tables modelled
on its Etcd store. Bottleneck shares its state through scripts in Redis, which cannot run in simulated time: the reservoir works as
its documentation describes. The others are textbook forms. Their time is the instance's clock, except that the package reads true
time. The calendar is shown without the reserve for users, since the others have none. With it, and users:

${table(OWN_HEAD, owns)}

Planning 10,000 waiting lookups takes ${number(planningMs.usual, 1)} ms; ${number(planningMs.first, 1)} ms the first time in a process. Everything took ${number(minutes)} min. ${machineLoad()}
`;

async function compare(): Promise<void> {
  const startedAt = performance.now();
  const planningMs = planning();
  const bursts = Object.keys(candidates).flatMap((name) => sizes.map((size) => burst(name, size)));
  const owns = [own('users', 16), own('users', 64), own('light', 1), own('light', 16)];
  const figures = await simulate([...bursts, ...owns]);
  const rows = (row: typeof burstRow, requests: readonly WorldRequest[], from: number) =>
    requests.map((request, index) => row(request, figures[from + index] as WorldFigures)); // one for each
  const text = section({
    bursts: rows(burstRow, bursts, 0),
    owns: rows(ownRow, owns, bursts.length),
    planningMs,
    minutes: (performance.now() - startedAt) / MINUTE_MS,
  });
  console.log(text);
  writeSection('Quota', text);
}

async function plot(): Promise<void> {
  const figures = await simulate(PLOTTED.map((name) => burst(name, 16)));
  const series = figures.map(({ perMinute }, index) => ({
    name: PLOTTED[index] ?? '',
    ...perMinute,
  }));
  const caption = `${number(lookups)} lookups at once, 16 instances: calls to Defender per minute`;
  const file = path.resolve(__dirname, '../docs/quota-timeline.svg');
  writeFileSync(file, timelineSvg(series, { caption, hours: PLOTTED_HOURS }));
}

void (process.argv.includes('--plot') ? plot() : compare());
