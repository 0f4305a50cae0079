import { EMULATORS_HELP, parseEmulatorOptions } from './start/emulatorOptions';
import { startEmulators } from './start/startEmulators';
import { stopSignal } from './start/stopSignal';

async function main(): Promise<void> {
  const options = parseEmulatorOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(EMULATORS_HELP);
    return;
  }
  const stopped = stopSignal();
  const emulators = await startEmulators(options);
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
