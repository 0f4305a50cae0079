/**
 * Messages that are answered from the cache, through one process of the app, against a process that only receives, sends
 * a record and completes: the same queues, concurrency and bytes, turn by turn on the same emulator. Exits with 1 when
 * the app reaches less than half of that rate. Writes its section of docs/benchmarks.md.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import config from '../local/servicebus/config.json';
import type { EmulatorConfig } from '../local/servicebus/emulatorConfig';
import { writeSection } from './benchmarksDoc';
import {
  CACHED_TRAFFIC_SETTINGS,
  CACHED_TRAFFIC_THROTTLE,
  CachedTraffic,
  pause,
} from './CachedTraffic';
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

/** In a process of its own: sends a copy of one of the app's records for every message. */
async function runBareLoop(connectionString: string): Promise<void> {
  // As the platform and the app have: one connection to receive, another to send.
  const platform = new ServiceBusClient(connectionString);
  const app = new ServiceBusClient(connectionString);
  const [record] = await app.createReceiver('enriched-machines').peekMessages(1);
  if (!record) throw new Error('There is no record to copy');
  const { body, applicationProperties = {}, contentType = '', subject = '' } = record;
  const copy = { body: Buffer.from(JSON.stringify(body)), contentType, subject };
  const sender = app.createSender('bare-out');
  const receiver = platform.createReceiver('bare-in', { skipParsingBodyAsJson: true });
  receiver.subscribe(
    {
      processMessage: async (message) => {
        const { messageId = '' } = message;
        await sender.sendMessages({ ...copy, messageId, applicationProperties });
        await receiver.completeMessage(message);
      },
      processError: ({ error }) => Promise.reject(error),
    },
    { maxConcurrentCalls: AT_ONCE, autoCompleteMessages: false },
  );
  process.send?.('ready');
}

async function startBareLoop(connectionString: string): Promise<ChildProcess> {
  const child = fork(__filename, ['bare', connectionString]);
  await once(child, 'message');
  return child;
}

/** Messages per second, from the first one sent to the last one through. */
async function rate(traffic: CachedTraffic, from: string, to: string): Promise<number> {
  const before = traffic.active(to);
  const startedAt = performance.now();
  await traffic.send(MESSAGES, from);
  while (traffic.active(to) < before + MESSAGES) await pause();
  return (MESSAGES * 1_000) / (performance.now() - startedAt);
}

async function measure(traffic: CachedTraffic): Promise<{ app: number[]; bare: number[] }> {
  const rates = { app: [] as number[], bare: [] as number[] };
  const bar = new ProgressBar();
  for (let round = 0; round <= ROUNDS; round += 1) {
    const bare = await rate(traffic, 'bare-in', 'bare-out');
    const app = await rate(traffic, 'siem-indicators', 'enriched-machines');
    bar.show((round + 1) / (ROUNDS + 1), `app ${number(app)}/s, bare loop ${number(bare)}/s`);
    // The first one warms both up.
    if (round === 0) continue;
    rates.app.push(app);
    rates.bare.push(bare);
  }
  return rates;
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
  const rates = await measure(traffic);
  bare.kill();
  await traffic.close();
  await app.close();

  if (traffic.defenderCalls() !== calls) throw new Error('Not all answers came from the cache');
  const shares = rates.app.map((app, round) => app / (rates.bare[round] ?? NaN));
  const share = median(shares);
  const text = section(median(rates.app), median(rates.bare), shares);
  console.log(`\n${text}`);
  writeSection('Intake', text);
  return share >= LEAST_SHARE ? 0 : 1;
}

const percent = (share: number): string => `${number(100 * share)} %`;

const section = (app: number, bare: number, shares: readonly number[]): string =>
  `\`npm run bench -- intake\` sends messages about 100 values whose answers are cached (half of them addresses, with two answers
each) through one process of the app, and as many through a process that only receives, sends a record of the same bytes and
completes. Both have a connection for each direction and take ${AT_ONCE} at once, turn by turn, ${ROUNDS} × ${number(MESSAGES)} messages each, on the same emulator.

| app, messages/s | bare loop, messages/s | share: median (least … most) | figure |
|---:|---:|---:|---:|
| ${number(app)} | ${number(bare)} | ${percent(median(shares))} (${percent(Math.min(...shares))} … ${percent(Math.max(...shares))}) | ≥ ${percent(LEAST_SHARE)} |

The app's side includes the local functions host. ${machineLoad()}
`;

if (process.argv[2] === 'bare') void runBareLoop(process.argv[3] ?? '');
else
  main().then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
