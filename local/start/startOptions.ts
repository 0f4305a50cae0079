import { parseArgs } from 'node:util';
import { FLEET_HELP, FLEET_OPTIONS, readFleet, type FleetOptions } from './fleetOptions';
import {
  EMULATOR_PORT_HELP,
  EMULATOR_PORT_OPTIONS,
  readEmulatorPorts,
  readPort,
  readWholeNumber,
} from './portOptions';
import { DEFAULT_PORTS, FREE_PORTS, type EmulatorPorts } from './startEmulators';

export const START_HELP = `Runs everything on this machine and sends it sample traffic: Azurite, a Service Bus emulator, a Defender simulator,
and the functions of this app. Nothing leaves the machine.

  npm start -- [options]

  --once               end when every sample message is accounted for; exit code 0 only if none is lost
  --instances N        processes that run the functions, on the same queues and quota (default: 1)
  --no-samples         send nothing
  --messages DIR       send the files of this folder instead of the samples, each as one message
${FLEET_HELP}
  --inspect[=PORT]     a debugger reaches the first process (default: 9229)
  --from-package       the functions run from what npm run package has made
  --watch              rebuild when a source changes, and restart the functions; the emulators keep their state
  --port N             HTTP port of the first process (default: 7071; the others take free ones)
${EMULATOR_PORT_HELP}
  --help               this text

Port 0 is any free one; with --once that is the default of all. Settings in the environment reach the functions.
`;

const DEFAULT_HOST_PORT = 7071;
/** As Node's own. */
const DEFAULT_INSPECT_PORT = 9229;

export interface StartOptions {
  readonly once: boolean;
  readonly instances: number;
  readonly samples: boolean;
  /** Whose files are sent instead of the samples. */
  readonly messages: string | null;
  /** Of the first process; null without a debugger. */
  readonly inspectPort: number | null;
  readonly watch: boolean;
  /** The functions are what `npm run package` made. */
  readonly fromPackage: boolean;
  readonly defender: FleetOptions;
  /** 0 = any free one, here and below. */
  readonly hostPort: number;
  readonly ports: EmulatorPorts;
}

/** @throws Error saying which argument is wrong */
export function parseStartOptions(args: readonly string[]): StartOptions | 'help' {
  const { values } = parseArgs({
    // The value is optional, as with Node's own option.
    args: args.map((arg) => (arg === '--inspect' ? `--inspect=${DEFAULT_INSPECT_PORT}` : arg)),
    options: {
      ...EMULATOR_PORT_OPTIONS,
      ...FLEET_OPTIONS,
      once: { type: 'boolean', default: false },
      instances: { type: 'string', default: '1' },
      'no-samples': { type: 'boolean', default: false },
      messages: { type: 'string' },
      inspect: { type: 'string' },
      watch: { type: 'boolean', default: false },
      'from-package': { type: 'boolean', default: false },
      port: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { once, watch, inspect, messages = null } = values;
  const samples = !values['no-samples'];
  if (once && !samples) throw new Error('--once waits for the samples: leave out --no-samples');
  if (once && watch) throw new Error('--watch stays up: leave out --once');
  const fromPackage = values['from-package'];
  if (fromPackage && watch) throw new Error('--watch runs the sources: leave out --from-package');
  if (messages !== null && !samples) throw new Error('Choose one of --messages and --no-samples');
  return {
    once,
    samples,
    messages,
    watch,
    fromPackage,
    inspectPort: inspect === undefined ? null : readPort('inspect', inspect, DEFAULT_INSPECT_PORT),
    defender: readFleet(values),
    instances: readWholeNumber('instances', values.instances, { min: 1, max: 64 }),
    hostPort: readPort('port', values.port, once ? 0 : DEFAULT_HOST_PORT),
    ports: readEmulatorPorts(values, once ? FREE_PORTS : DEFAULT_PORTS),
  };
}
