import { resolve } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { createSampleGroups } from './samples/createSamples';
import type { SampleGroup } from './samples/Sample';
import { Functions, type FunctionsRun } from './start/Functions';
import { messageSamples } from './start/messageSamples';
import { RunFolder } from './start/RunFolder';
import type { SampleCounts } from './start/SampleLedger';
import { SampleRun } from './start/SampleRun';
import { SampleScreen } from './start/SampleScreen';
import { SampleTable } from './start/SampleTable';
import { startEmulators, type Emulators } from './start/startEmulators';
import { parseStartOptions, START_HELP, type StartOptions } from './start/startOptions';
import { stopSignal } from './start/stopSignal';
import { TableLayout } from './start/TableLayout';
import { watchSources } from './start/watchSources';
import { addressLines, nextSteps } from './start/welcome';
import { paintOn } from './terminal/paint';

/** From dist/local. */
const appRoot = resolve(__dirname, '..', '..');
/** Line width where the output is not a terminal: the whole table. */
const WIDE_LINE = 130;

async function main(): Promise<number> {
  const options = parseStartOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(START_HELP);
    return 0;
  }
  const stopped = stopSignal();
  const functions = await Functions.reserve({ appRoot, port: options.hostPort, ...options });
  try {
    const counts = await Promise.race([run(options, functions), stopped]);
    if (typeof counts === 'string') {
      console.log('\nStopping …');
      // Interrupted: losses cannot be ruled out.
      return options.once ? 1 : 0;
    }
    console.log(`\n${summaryOf(counts)}`);
    return counts.lost === 0 ? 0 : 1;
  } finally {
    await functions.stop();
  }
}

/** Starts all and sends the samples. With `once` resolves when they are accounted for, else never. */
async function run(options: StartOptions, functions: Functions): Promise<SampleCounts> {
  const startAt = Date.now();
  const emulators = await startEmulators(options);
  const groups = samplesFor(options, emulators, startAt);
  const folder = RunFolder.create(appRoot, startAt);
  const { settings } = emulators;
  let onEnded: (error: Error) => void = report;
  const died = new Promise<never>((_, reject) => {
    if (!options.watch) onEnded = reject;
  });
  await functions.start({ folder, settings }, onEnded);
  if (options.watch) restartOnChange(functions, { folder, settings });
  const { origins } = functions;
  console.log(addressLines(emulators, functions, folder));
  folder.announce({ functions: [...origins], settings });
  process.once('exit', () => {
    folder.withdraw();
  });

  const samples = createRun(emulators, groups, startAt);
  const counts = await Promise.race([samples.settle(), died]);
  if (options.once) return counts;
  if (options.samples) console.log(`\n${summaryOf(counts)}`);
  console.log(`\n${nextSteps(origins[0] ?? '', folder)}\n`);
  return Promise.race([samples.follow(), died]);
}

/** The emulators stay as they are. A build or a start that fails is shown, and the next change tried. */
function restartOnChange(functions: Functions, run: FunctionsRun): void {
  watchSources(appRoot, async () => {
    await functions.stop();
    await functions.start(run, report).then(() => {
      console.log('The functions run what has changed.');
    }, report);
  });
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

function report(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
}

// The emulators live in this process and end with it.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    report(error);
    process.exit(1);
  },
);
