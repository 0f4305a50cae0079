import { parseArgs } from 'node:util';
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
  --port N             HTTP port of the first process (default: 7071; the others take free ones)
${EMULATOR_PORT_HELP}
  --help               this text

Port 0 is any free one; with --once that is the default of all. Settings in the environment reach the functions.
`;

const DEFAULT_HOST_PORT = 7071;

export interface StartOptions {
  readonly once: boolean;
  readonly instances: number;
  readonly samples: boolean;
  /** Whose files are sent instead of the samples. */
  readonly messages: string | null;
  /** 0 = any free one, here and below. */
  readonly hostPort: number;
  readonly ports: EmulatorPorts;
}

/** @throws Error saying which argument is wrong */
export function parseStartOptions(args: readonly string[]): StartOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...EMULATOR_PORT_OPTIONS,
      once: { type: 'boolean', default: false },
      instances: { type: 'string', default: '1' },
      'no-samples': { type: 'boolean', default: false },
      messages: { type: 'string' },
      port: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { once, messages = null } = values;
  const samples = !values['no-samples'];
  if (once && !samples) throw new Error('--once waits for the samples: leave out --no-samples');
  if (messages !== null && !samples) throw new Error('Choose one of --messages and --no-samples');
  return {
    once,
    samples,
    messages,
    instances: readWholeNumber('instances', values.instances, { min: 1, max: 64 }),
    hostPort: readPort('port', values.port, once ? 0 : DEFAULT_HOST_PORT),
    ports: readEmulatorPorts(values, once ? FREE_PORTS : DEFAULT_PORTS),
  };
}
