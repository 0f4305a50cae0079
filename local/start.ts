import { mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { createSamples } from './samples/createSamples';
import { HostProcess } from './start/HostProcess';
import { runSamples } from './start/runSamples';
import type { SampleCounts } from './start/SampleLedger';
import { SampleScreen } from './start/SampleScreen';
import { portError, startEmulators, type Emulators } from './start/startEmulators';
import { parseStartOptions, START_HELP, type StartOptions } from './start/startOptions';
import { stopSignal } from './start/stopSignal';

/** From dist/local. */
const appRoot = resolve(__dirname, '..', '..');
const TAIL_CHARACTERS = 2_000;

async function main(): Promise<number> {
  const options = parseStartOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(START_HELP);
    return 0;
  }
  const hosts: HostProcess[] = [];
  const stopped = stopSignal();
  try {
    const counts = await Promise.race([run(options, hosts), stopped]);
    if (typeof counts === 'string') {
      console.log('\nStopping …');
      // Cut short, nobody can say that nothing is lost.
      return options.once ? 1 : 0;
    }
    console.log(summaryOf(counts));
    return counts.lost === 0 ? 0 : 1;
  } finally {
    await stopAll(hosts);
  }
}

/** Starts all and sends the samples. With `once` resolves when they are accounted for, else never. */
async function run(options: StartOptions, hosts: HostProcess[]): Promise<SampleCounts> {
  const ports = await Promise.all(
    Array.from({ length: options.instances }, (_, index) =>
      freePort(index === 0 ? options.hostPort : 0),
    ),
  );
  const startAt = Date.now();
  const emulators = await startEmulators({ ports: options.ports });
  const logs = ports.map((_, index) => join(appRoot, 'dist', 'logs', `host-${index + 1}.log`));
  for (const [index, port] of ports.entries()) {
    const { settings } = emulators;
    const onOutput = writeTo(logs[index] ?? '');
    hosts.push(HostProcess.spawn({ appRoot, port, settings, onOutput }));
  }
  await Promise.all(hosts.map((host, index) => ready(host, logs[index] ?? '')));
  console.log(addresses(emulators, ports));

  const died = Promise.race(hosts.map((host, index) => failWhenEnded(host, logs[index] ?? '')));
  if (options.samples) {
    const counts = await Promise.race([sendSamples(emulators, startAt), died]);
    if (options.once) return counts;
    console.log(`\n${summaryOf(counts)}`);
  }
  console.log('\nEverything stays up until Ctrl-C.');
  return died;
}

async function sendSamples(emulators: Emulators, startAt: number): Promise<SampleCounts> {
  const { serviceBus } = emulators;
  const screen = new SampleScreen(process.stdout, startAt);
  const samples = createSamples(startAt);
  screen.begin(samples.length);
  const counts = await runSamples({
    client: new ServiceBusClient(serviceBus.connectionString),
    samples,
    inputQueue: () => serviceBus.counts()['siem-indicators'],
    onSettled: (settled) => {
      screen.addSettled(settled);
    },
    onProgress: (progress) => {
      screen.showProgress(progress);
    },
    onError: (error) => {
      console.error(`Cannot read the output: ${error.message}`);
    },
  });
  screen.end(samples);
  return counts;
}

function summaryOf({ sent, answered, quarantined, lost }: SampleCounts): string {
  return `${sent} sent, ${answered} answered, ${quarantined} quarantined, ${lost} lost`;
}

function addresses({ serviceBus, defender }: Emulators, ports: readonly number[]): string {
  const lines = [
    ...ports.map((port, index) => [
      `Functions ${index + 1}`,
      `http://127.0.0.1:${port}/api/health`,
    ]),
    ['Service Bus', serviceBus.connectionString],
    ['Queues', `http://127.0.0.1:${serviceBus.httpPort}/queues`],
    ['Defender', defender.origin],
    ['Host logs', join('dist', 'logs')],
  ];
  return lines.map(([name = '', value = '']) => `${name.padEnd(13)} ${value}`).join('\n');
}

/**
 * The port itself, or for 0 any free one, as the app gets to know its own address from the host's port.
 * @throws Error if the port is taken; the host would say so too, but in its log
 */
async function freePort(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: unknown) => {
    throw portError(error, '--port') ?? error;
  });
  const { port: found } = server.address() as AddressInfo; // listening on TCP
  server.close();
  await once(server, 'close');
  return found;
}

function writeTo(log: string): (text: string) => void {
  mkdirSync(join(log, '..'), { recursive: true });
  const file = openSync(log, 'w');
  return (text) => {
    writeSync(file, text);
  };
}

async function ready(host: HostProcess, log: string): Promise<void> {
  await host.ready().catch((error: unknown) => {
    throw new Error(`The functions do not start:\n${tailOf(log)}`, { cause: error });
  });
}

async function failWhenEnded(host: HostProcess, log: string): Promise<never> {
  const how = await host.ended;
  throw new Error(`A functions host ended by itself (${how}):\n${tailOf(log)}`);
}

function tailOf(log: string): string {
  return readFileSync(log, 'utf8').slice(-TAIL_CHARACTERS);
}

async function stopAll(hosts: readonly HostProcess[]): Promise<void> {
  await Promise.all(hosts.map((host) => host.stop()));
}

// The emulators live in this process and end with it.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
