/**
 * Messages that are answered from the cache, through one process of the app, against a process that only receives, sends
 * a record and completes: the same queues, concurrency and bytes, turn by turn on the same emulator. And through a second
 * process of the app that publishes no records of whole requests: what they cost, for messages of one indicator and of
 * ten. Exits with 1 when a figure is missed. Writes its section of docs/benchmarks.md; BENCH_ROUNDS=N (default 7), which
 * writes nothing.
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
import { childrenCpuMs } from './children';
import { machineLoad, median, number } from './figures';
import { ProgressBar } from './progressBar';
import { HostProcess } from '../local/start/HostProcess';
import { APP_ROOT, startApp, type RunningApp } from './startApp';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
const MESSAGES = 4_000;
const LEAST_SHARE = 0.5;
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

interface Pace {
  /** Messages per second, from the first one sent to the last one through. */
  readonly rate: number;
  /** Of the process that takes them, per message. */
  readonly cpuMs: number;
}

async function pace(traffic: CachedTraffic, from: string, to: string, size = 1): Promise<Pace> {
  const before = traffic.active(to);
  const cpuBefore = childrenCpuMs();
  const startedAt = performance.now();
  await traffic.send(MESSAGES / size, from, size);
  while (traffic.active(to) < before + MESSAGES) await pause();
  return {
    rate: (MESSAGES * 1_000) / (performance.now() - startedAt),
    cpuMs: (childrenCpuMs() - cpuBefore) / MESSAGES,
  };
}

async function measure(traffic: CachedTraffic): Promise<{ app: Pace[]; bare: Pace[] }> {
  const paces = { app: [] as Pace[], bare: [] as Pace[] };
  const bar = new ProgressBar();
  for (let round = 0; round <= ROUNDS; round += 1) {
    const bare = await pace(traffic, 'bare-in', 'bare-out');
    const app = await pace(traffic, 'siem-indicators', 'enriched-machines');
    bar.show(
      (round + 1) / (ROUNDS + 1),
      `app ${number(app.rate)}/s, bare loop ${number(bare.rate)}/s`,
    );
    // The first one warms both up.
    if (round === 0) continue;
    paces.app.push(app);
    paces.bare.push(bare);
  }
  return paces;
}

/** What remains of the rate with records of whole requests, turn by turn. */
async function measureRequests(traffic: CachedTraffic): Promise<readonly (readonly number[])[]> {
  const shares: number[][] = [];
  for (const { size } of SIZES) {
    const ofSize: number[] = [];
    const bar = new ProgressBar();
    for (let round = 0; round <= ROUNDS; round += 1) {
      const on = await pace(traffic, 'siem-indicators', 'enriched-machines', size);
      const off = await pace(traffic, `${OFF}siem-indicators`, `${OFF}enriched-machines`, size);
      const rates = `with ${number(on.rate)}/s, without ${number(off.rate)}/s`;
      bar.show((round + 1) / (ROUNDS + 1), `messages of ${size}: lookups ${rates}`);
      if (round > 0) ofSize.push(on.rate / off.rate);
    }
    shares.push(ofSize);
  }
  return shares;
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
  const app = await startApp({
    settings: CACHED_TRAFFIC_SETTINGS,
    serviceBus: { config: withBareQueues() },
    defender: { throttle: CACHED_TRAFFIC_THROTTLE },
  });
  const { emulators } = app;
  const traffic = new CachedTraffic(emulators);
  await traffic.fillCache();
  const calls = traffic.defenderCalls();
  const bare = await startBareLoop(emulators.serviceBus.connectionString);
  const { app: ours, bare: theirs } = await measure(traffic);
  bare.kill();
  const without = await startWithoutRequests(app);
  const requests = await measureRequests(traffic);
  await without.stop();
  await traffic.close();
  await app.close();

  if (traffic.defenderCalls() !== calls) throw new Error('Not all answers came from the cache');
  const shares = ours.map(({ rate }, round) => rate / (theirs[round]?.rate ?? NaN));
  const share = median(shares);
  const text = `${section(ours, theirs, shares)}\n${requestSection(requests)}`;
  console.log(`\n${text}`);
  if (process.env['BENCH_ROUNDS'] === undefined) writeSection('Intake', text);
  const isMet = requests.every((each, index) => median(each) >= (SIZES[index]?.least ?? 0));
  return share >= LEAST_SHARE && isMet ? 0 : 1;
}

const percent = (share: number): string => `${number(100 * share)} %`;

const typical = (paces: readonly Pace[]) => ({
  rate: number(median(paces.map(({ rate }) => rate))),
  cpuMs: number(median(paces.map(({ cpuMs }) => cpuMs)), 2),
});

const section = (app: readonly Pace[], bare: readonly Pace[], shares: readonly number[]): string =>
  `\`npm run bench -- intake\` sends messages about 100 values whose answers are cached (half of them addresses, with two answers
each) through one process of the app, and as many through a process that only receives, sends a record of the same bytes and
completes. Both have a connection for each direction and take ${AT_ONCE} at once, turn by turn, ${ROUNDS} × ${number(MESSAGES)} messages each, on the same emulator.

| | messages/s | CPU of its process per message |
|---|---:|---:|
| the app | ${typical(app).rate} | ${typical(app).cpuMs} ms |
| the bare loop | ${typical(bare).rate} | ${typical(bare).cpuMs} ms |

Share, turn by turn: median ${percent(median(shares))} (${percent(Math.min(...shares))} … ${percent(Math.max(...shares))}); figure: ≥ ${percent(LEAST_SHARE)}${median(shares) < LEAST_SHARE ? ', missed' : ''}.
The app's side includes the local functions host, which in Azure is a separate process. ${machineLoad()}
`;

const requestSection = (shares: readonly (readonly number[])[]): string =>
  `With records of whole requests, of the rate without (\`REQUEST_QUEUE=none\`), turn by turn:

| indicators in a message | median | least … most | figure |
|---:|---:|---:|---:|
${SIZES.map(({ size, least }, index) => {
  const ofSize = shares[index] ?? [];
  const range = `${percent(Math.min(...ofSize))} … ${percent(Math.max(...ofSize))}`;
  const missed = median(ofSize) < least ? ', missed' : '';
  return `| ${size} | ${percent(median(ofSize))} | ${range} | ≥ ${percent(least)}${missed} |`;
}).join('\n')}
`;

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
