/**
 * Messages that are answered from the cache, through one process of the app, against a process that only receives, sends
 * a record and completes: the same queues, concurrency and bytes, turn by turn on the same emulator. Exits with 1 when
 * the app reaches less than half of that rate. Writes its section of docs/benchmarks.md.
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
import { APP_ROOT, startApp } from './startApp';

const ROUNDS = 7;
const MESSAGES = 4_000;
const LEAST_SHARE = 0.5;
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
  const Namespaces = [{ ...namespace, Queues: [...namespace.Queues, ...bare] }];
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

async function pace(traffic: CachedTraffic, from: string, to: string): Promise<Pace> {
  const before = traffic.active(to);
  const cpuBefore = childrenCpuMs();
  const startedAt = performance.now();
  await traffic.send(MESSAGES, from);
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
  await traffic.close();
  await app.close();

  if (traffic.defenderCalls() !== calls) throw new Error('Not all answers came from the cache');
  const shares = ours.map(({ rate }, round) => rate / (theirs[round]?.rate ?? NaN));
  const share = median(shares);
  const text = section(ours, theirs, shares);
  console.log(`\n${text}`);
  writeSection('Intake', text);
  return share >= LEAST_SHARE ? 0 : 1;
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

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
