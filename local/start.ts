import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { createSampleGroups } from './samples/createSamples';
import type { SampleGroup } from './samples/Sample';
import { HostProcess } from './start/HostProcess';
import { messageSamples } from './start/messageSamples';
import { RunFolder } from './start/RunFolder';
import type { SampleCounts } from './start/SampleLedger';
import { SampleRun } from './start/SampleRun';
import { SampleScreen } from './start/SampleScreen';
import { SampleTable } from './start/SampleTable';
import { portError, startEmulators, type Emulators } from './start/startEmulators';
import { parseStartOptions, START_HELP, type StartOptions } from './start/startOptions';
import { stopSignal } from './start/stopSignal';
import { TableLayout } from './start/TableLayout';
import { addressLines, nextSteps } from './start/welcome';
import { paintOn } from './terminal/paint';

/** From dist/local. */
const appRoot = resolve(__dirname, '..', '..');
/** Of a line where the output is no terminal: the whole table. */
const WIDE_LINE = 130;

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
    console.log(`\n${summaryOf(counts)}`);
    return counts.lost === 0 ? 0 : 1;
  } finally {
    await stopAll(hosts);
  }
}

/** Starts all and sends the samples. With `once` resolves when they are accounted for, else never. */
async function run(options: StartOptions, hosts: HostProcess[]): Promise<SampleCounts> {
  const startAt = Date.now();
  const ports = await Promise.all(
    Array.from({ length: options.instances }, (_, index) =>
      freePort(index === 0 ? options.hostPort : 0),
    ),
  );
  const emulators = await startEmulators({ ports: options.ports });
  const groups = samplesFor(options, emulators, startAt);
  const folder = RunFolder.create(appRoot, startAt);
  const { settings } = emulators;
  for (const [index, port] of ports.entries()) {
    hosts.push(HostProcess.spawn({ appRoot, port, settings, onOutput: folder.writerOf(index) }));
  }
  await Promise.all(hosts.map((host, index) => ready(host, folder, index)));
  const functions = ports.map((port) => `http://127.0.0.1:${port}`);
  console.log(addressLines(emulators, functions, folder));
  folder.announce({ functions, settings });
  process.once('exit', () => {
    folder.withdraw();
  });

  const died = Promise.race(hosts.map((host, index) => failWhenEnded(host, folder, index)));
  const samples = createRun(emulators, groups, startAt);
  const counts = await Promise.race([samples.settle(), died]);
  if (options.once) return counts;
  if (options.samples) console.log(`\n${summaryOf(counts)}`);
  console.log(`\n${nextSteps(functions[0] ?? '', folder)}\n`);
  return Promise.race([samples.follow(), died]);
}

function summaryOf({ sent, answered, quarantined, lost }: SampleCounts): string {
  return `${sent} sent, ${answered} answered, ${quarantined} quarantined, ${lost} lost`;
}

function samplesFor(
  { samples, messages }: StartOptions,
  { defender }: Emulators,
  startAt: number,
): readonly SampleGroup[] {
  if (!samples) return [];
  if (messages === null) return createSampleGroups(startAt);
  return [messageSamples(messages, defender.directory.tenantId, startAt)];
}

function createRun(
  { serviceBus }: Emulators,
  groups: readonly SampleGroup[],
  startAt: number,
): SampleRun {
  const { stdout } = process;
  const characters = stdout.isTTY ? stdout.columns : WIDE_LINE;
  const table = new SampleTable(new TableLayout(characters), paintOn(stdout));
  return new SampleRun({
    client: new ServiceBusClient(serviceBus.connectionString),
    samples: groups.flatMap(({ samples }) => samples),
    inputQueue: () => serviceBus.counts()['siem-indicators'],
    screen: new SampleScreen(stdout, table, groups, startAt),
    onError: (error) => {
      console.error(`Cannot read the output: ${error.message}`);
    },
  });
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

async function ready(host: HostProcess, folder: RunFolder, index: number): Promise<void> {
  await host.ready().catch((error: unknown) => {
    throw new Error(`The functions do not start:\n${folder.endOfLog(index)}`, { cause: error });
  });
}

async function failWhenEnded(host: HostProcess, folder: RunFolder, index: number): Promise<never> {
  const how = await host.ended;
  throw new Error(`A functions host ended by itself (${how}):\n${folder.endOfLog(index)}`);
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
