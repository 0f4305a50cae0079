/**
 * Messages that are answered from the cache, through one process of the app, against a process that only receives, sends
 * a record and completes: the same queues, concurrency and bytes, turn by turn on the same emulator. And through a second
 * process of the app that publishes no records of whole requests. What the parts of the app's work cost is measured
 * beside. Exits with 1 when a figure is missed. Writes its section of docs/benchmarks.md; BENCH_ROUNDS=N (default 5),
 * which writes nothing.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import config from '../local/servicebus/config.json';
import type { EmulatorConfig } from '../local/servicebus/emulatorConfig';
import { writeSection } from './benchmarksDoc';
import {
  CACHED_TRAFFIC_SETTINGS,
  CACHED_TRAFFIC_THROTTLE,
  CachedTraffic,
  pause,
} from './CachedTraffic';
import { processCpuMs } from './children';
import { machineLoad, median, number } from './figures';
import { ProgressBar } from './progressBar';
import { HostProcess } from '../local/start/HostProcess';
import type { Emulators } from '../local/start/startEmulators';
import { readSiemMessage } from '../shared/siem/readSiemMessage';
import { APP_ROOT, startApp, type RunningApp } from './startApp';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const MESSAGES = 1_000;
/** Until the code that runs often is compiled. */
const WARM_UP = 4_000;
const LEAST_SHARE = 0.5;
/** Of the app's CPU time. */
const MOST_READING = 0.05;
/** Of the rate without records of whole requests, by indicators in a message. */
const SIZES = [
  { size: 1, least: 0.6 },
  { size: 10, least: 0.85 },
] as const;
/** What the process without them works on. */
const OFF = 'off-';
const HOST_JSON = JSON.parse(readFileSync(path.join(APP_ROOT, 'host.json'), 'utf8')) as {
  extensions: { serviceBus: { maxConcurrentCalls: number } };
};
/** Longer than rows for tracing lag behind. */
const AFTERWARDS_MS = 1_000;
const AT_ONCE = HOST_JSON.extensions.serviceBus.maxConcurrentCalls;

/** The app's queues, and a pair like the first and the last of its way for the loop. */
function withBareQueues(): EmulatorConfig {
  const [namespace] = config.UserConfig.Namespaces;
  if (!namespace) throw new Error('The emulator has no namespace');
  const like = (name: string, other: string) => {
    const queue = namespace.Queues.find(({ Name }) => Name === other);
    if (!queue) throw new Error(`There is no queue ${other}`);
    return { ...queue, Name: name };
  };
  const bare = [like('bare-in', 'siem-indicators'), like('bare-out', 'enriched-machines')];
  const off = namespace.Queues.map(({ Name }) => like(`${OFF}${Name}`, Name));
  const Namespaces = [{ ...namespace, Queues: [...namespace.Queues, ...bare, ...off] }];
  return { UserConfig: { Namespaces } };
}

async function startBareLoop(connectionString: string): Promise<ChildProcess> {
  const child = fork(path.join(__dirname, 'intake', 'bareLoop.ts'), [
    connectionString,
    String(AT_ONCE),
  ]);
  await once(child, 'message');
  return child;
}

/** A process, and the queues between which it works. */
interface Worker {
  readonly pid: number;
  readonly from: string;
  readonly to: string;
}

interface Pace {
  /** Lookups per second, from the first message sent to the last record out. */
  readonly rate: number;
  /** Of the worker's process, per lookup. */
  readonly cpuMs: number;
}

async function pace(
  traffic: CachedTraffic,
  { pid, from, to }: Worker,
  { size, lookups }: { readonly size: number; readonly lookups: number },
): Promise<Pace> {
  const before = traffic.active(to);
  const cpuBefore = processCpuMs(pid);
  const startedAt = performance.now();
  await traffic.send(lookups / size, from, size);
  while (traffic.active(to) < before + lookups) await pause();
  const tookMs = performance.now() - startedAt;
  // What no message waits for comes after.
  await pause(AFTERWARDS_MS);
  return {
    rate: (lookups * 1_000) / tookMs,
    cpuMs: (processCpuMs(pid) - cpuBefore) / lookups,
  };
}

/** All of them, turn by turn, in messages of `size` indicators. */
async function measure<Name extends string>(
  traffic: CachedTraffic,
  workers: Readonly<Record<Name, Worker>>,
  size: number,
): Promise<Readonly<Record<Name, readonly Pace[]>>> {
  const names = Object.keys(workers) as Name[]; // its own keys
  const paces = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    Pace[]
  >; // a list for each
  const bar = new ProgressBar();
  for (let round = 0; round <= ROUNDS; round += 1) {
    const rates: string[] = [];
    for (const name of names) {
      const lookups = round === 0 ? WARM_UP : MESSAGES;
      const measured = await pace(traffic, workers[name], { size, lookups });
      rates.push(`${name} ${number(measured.rate)}/s, ${number(measured.cpuMs, 2)} ms`);
      // The first one warms all up.
      if (round > 0) paces[name].push(measured);
    }
    bar.show((round + 1) / (ROUNDS + 1), `messages of ${size}: ${rates.join('; ')}`);
  }
  return paces;
}

/** A second process of the app, on queues of its own and the same storage. */
async function startWithoutRequests({ emulators }: RunningApp): Promise<HostProcess> {
  const queues = {
    SIEM_QUEUE: `${OFF}siem-indicators`,
    LOOKUP_QUEUE: `${OFF}lookups`,
    OUTPUT_QUEUE: `${OFF}enriched-machines`,
    QUARANTINE_QUEUE: `${OFF}quarantine`,
    INVENTORY_QUEUE: `${OFF}inventory-pages`,
    REQUEST_QUEUE: 'none',
  };
  const settings = { ...emulators.settings, ...CACHED_TRAFFIC_SETTINGS, ...queues };
  const host = HostProcess.spawn({
    appRoot: APP_ROOT,
    port: 0,
    settings,
    onOutput: () => undefined,
  });
  await host.ready();
  return host;
}

async function main(): Promise<number> {
  const started = await startApp({
    settings: CACHED_TRAFFIC_SETTINGS,
    serviceBus: { config: withBareQueues() },
    defender: { throttle: CACHED_TRAFFIC_THROTTLE },
  });
  const { emulators } = started;
  const traffic = new CachedTraffic(emulators);
  await traffic.fillCache();
  const calls = traffic.defenderCalls();
  const bare = await startBareLoop(emulators.serviceBus.connectionString);
  const without = await startWithoutRequests(started);
  const between = (pid: number, prefix: string) => ({
    pid,
    from: `${prefix}siem-indicators`,
    to: `${prefix}enriched-machines`,
  });
  const app = between(started.pid, '');
  const off = between(without.pid, OFF);
  const loop = { pid: bare.pid ?? NaN, from: 'bare-in', to: 'bare-out' };
  const [one, ten] = SIZES;
  const ones = await measure(traffic, { loop, app, off }, one.size);
  const tens = await measure(traffic, { app, off }, ten.size);
  const rowMs = await rowCpuMs(emulators);
  const readingMs = readingCpuMs(traffic.bodies);
  bare.kill();
  await without.stop();
  await traffic.close();
  await started.close();

  if (traffic.defenderCalls() !== calls) throw new Error('Not all answers came from the cache');
  const figures = [
    { is: median(sharesOf(ones.app, ones.loop)), least: LEAST_SHARE },
    { is: median(sharesOf(ones.app, ones.off)), least: one.least },
    { is: median(sharesOf(tens.app, tens.off)), least: ten.least },
    { is: 1 - readingMs / cpuOf(ones.app), least: 1 - MOST_READING },
  ];
  const text = [
    section(ones),
    partsSection(ones, { rowMs, readingMs }),
    requestSection([ones, tens]),
  ].join('\n');
  console.log(`\n${text}`);
  if (process.env['BENCH_ROUNDS'] === undefined) writeSection('Intake', text);
  return figures.every(({ is, least }) => is >= least) ? 0 : 1;
}

/** CPU time of reading one of the messages. */
function readingCpuMs(bodies: readonly Buffer[]): number {
  const read = (times: number): number => {
    const before = process.cpuUsage();
    for (let index = 0; index < times; index += 1)
      readSiemMessage(bodies[index % bodies.length] ?? Buffer.of(), null);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 / times;
  };
  read(10_000);
  return read(50_000);
}

/** CPU time of writing the row of a request, in a process of its own. */
async function rowCpuMs({ settings }: Emulators): Promise<number> {
  const storage = settings['StateStorage'] ?? '';
  const child = fork(path.join(__dirname, 'intake', 'ledgerRows.ts'), [storage]);
  const [ms] = (await once(child, 'message')) as [number];
  child.kill();
  return ms;
}

const percent = (share: number): string => `${number(100 * share)} %`;

const missed = (isMissed: boolean): string => (isMissed ? ', missed' : '');

/** Of the rate, turn by turn. */
const sharesOf = (some: readonly Pace[], whole: readonly Pace[]): readonly number[] =>
  some.map(({ rate }, round) => rate / (whole[round]?.rate ?? NaN));

const cpuOf = (paces: readonly Pace[]): number => median(paces.map(({ cpuMs }) => cpuMs));

const rangeOf = (shares: readonly number[]): string =>
  `${percent(Math.min(...shares))} … ${percent(Math.max(...shares))}`;

const typical = (paces: readonly Pace[]): string =>
  `${number(median(paces.map(({ rate }) => rate)))} | ${number(cpuOf(paces), 2)} ms`;

type Ones = Readonly<Record<'loop' | 'app' | 'off', readonly Pace[]>>;

function section({ loop, app, off }: Ones): string {
  const shares = sharesOf(app, loop);
  return `\`npm run bench -- intake\` sends messages about 100 values whose answers are cached (half of them addresses, with two answers
each) through one process of the app, and as many through a process that only receives, sends a record of the same bytes and
completes. Both have a connection for each direction and take ${AT_ONCE} at once, turn by turn, ${ROUNDS} × ${number(MESSAGES)} messages each, on the same emulator.

| | messages/s | CPU of its process per message |
|---|---:|---:|
| the app | ${typical(app)} |
| the app without records of whole requests | ${typical(off)} |
| the bare loop | ${typical(loop)} |

Share of the rate, turn by turn: median ${percent(median(shares))} (${rangeOf(shares)}); figure: ≥ ${percent(LEAST_SHARE)}${missed(median(shares) < LEAST_SHARE)}.
The app's side includes the local functions host, which in Azure is a separate process. ${machineLoad()}
`;
}

function partsSection(
  { app, off }: Ones,
  { rowMs, readingMs }: { readonly rowMs: number; readonly readingMs: number },
): string {
  const whole = cpuOf(app);
  const requestMs = whole - cpuOf(off);
  const row = (part: string, ms: number, figure = '') =>
    `| ${part} | ${number(ms, 2)} ms | ${percent(ms / whole)} | ${figure} |`;
  return `Where the app's CPU time goes, per message of one indicator:

| part | CPU | of all | figure |
|---|---:|---:|---:|
${row('the record of the whole request, with its comment: with less without', requestMs)}
${row('the row by which the request is traced, measured alone', rowMs)}
${row('reading the message, measured alone', readingMs, `≤ ${percent(MOST_READING)}${missed(readingMs > MOST_READING * whole)}`)}
${row('all else', whole - requestMs - rowMs - readingMs)}
`;
}

const requestSection = (
  sizes: readonly Readonly<Record<'app' | 'off', readonly Pace[]>>[],
): string =>
  `With records of whole requests, of the rate without (\`REQUEST_QUEUE=none\`), turn by turn:

| indicators in a message | median | least … most | figure | CPU without, of that with |
|---:|---:|---:|---:|---:|
${sizes
  .map(({ app, off }, index) => {
    const { size = NaN, least = NaN } = SIZES[index] ?? {};
    const shares = sharesOf(app, off);
    const figure = `≥ ${percent(least)}${missed(median(shares) < least)}`;
    return `| ${size} | ${percent(median(shares))} | ${rangeOf(shares)} | ${figure} | ${percent(cpuOf(off) / cpuOf(app))} |`;
  })
  .join('\n')}
`;

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
