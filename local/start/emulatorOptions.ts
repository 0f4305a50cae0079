import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { assertEmulatorConfig } from '../servicebus/emulatorConfig';
import { FLEET_HELP, FLEET_OPTIONS, readFleet } from './fleetOptions';
import { EMULATOR_PORT_HELP, EMULATOR_PORT_OPTIONS, readEmulatorPorts } from './portOptions';
import { DEFAULT_PORTS, type EmulatorOptions } from './startEmulators';

export const EMULATORS_HELP = `Runs what the app talks to, without the app: Azurite (tables and blobs), a Service Bus emulator, a Defender simulator.

  npm run emulators -- [options]

  --queues FILE        the queues, in the shape of the Config.json of Microsoft's emulator (default: this app's)
${FLEET_HELP}
${EMULATOR_PORT_HELP}
  --help               this text

Port 0 is any free one. Prints the settings to reach them, as environment variables and for local.settings.json.
`;

/** @throws Error saying which argument is wrong */
export function parseEmulatorOptions(args: readonly string[]): EmulatorOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...EMULATOR_PORT_OPTIONS,
      queues: { type: 'string' },
      ...FLEET_OPTIONS,
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    ports: readEmulatorPorts(values, DEFAULT_PORTS),
    serviceBus: values.queues === undefined ? {} : { config: readQueues(values.queues) },
    defender: readFleet(values),
  };
}

function readQueues(file: string) {
  try {
    const config: unknown = JSON.parse(readFileSync(file, 'utf8'));
    assertEmulatorConfig(config);
    return config;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`--queues cannot be read from ${file}: ${why}`, { cause: error });
  }
}
