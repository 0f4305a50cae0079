import { parseArgs } from 'node:util';
import { EMULATOR_PORT_HELP, EMULATOR_PORT_OPTIONS, readEmulatorPorts } from './start/portOptions';
import { DEFAULT_PORTS, startEmulators } from './start/startEmulators';
import { stopSignal } from './start/stopSignal';

const HELP = `Runs what the app talks to, without the app: Azurite (tables and blobs), a Service Bus emulator, a Defender simulator.

  npm run emulators -- [options]

${EMULATOR_PORT_HELP}
  --help               this text

Port 0 is any free one. Prints the settings to reach them, as environment variables and for local.settings.json.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { ...EMULATOR_PORT_OPTIONS, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const stopped = stopSignal();
  const ports = readEmulatorPorts(values, DEFAULT_PORTS);
  const emulators = await startEmulators({ ports });
  const { settings, serviceBus } = emulators;
  const Values = { FUNCTIONS_WORKER_RUNTIME: 'node', ...settings };
  const variables = Object.entries(settings).map(([name, value]) => `${name}="${value}"`);
  console.log(`# Environment\n${variables.join('\n')}\n`);
  console.log(
    `# local.settings.json\n${JSON.stringify({ IsEncrypted: false, Values }, null, 2)}\n`,
  );
  console.log(`# Queues: http://127.0.0.1:${serviceBus.httpPort}/queues`);
  console.log('# Everything stays up until Ctrl-C.');
  await stopped;
  await emulators.close();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
