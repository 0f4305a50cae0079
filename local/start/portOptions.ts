import type { EmulatorPorts } from './startEmulators';

/** For `parseArgs`. */
export const EMULATOR_PORT_OPTIONS = {
  'servicebus-port': { type: 'string' },
  'defender-port': { type: 'string' },
  'storage-port': { type: 'string' },
} as const;

export const EMULATOR_PORT_HELP = `  --servicebus-port N  AMQP port (default: 5672)
  --defender-port N    port of the Defender simulator (default: 8090)
  --storage-port N     port of the blob service, tables are two above (default: 10000)`;

type PortValues = { readonly [Option in keyof typeof EMULATOR_PORT_OPTIONS]?: string | undefined };

/** @throws Error naming the option that is not a port number */
export function readEmulatorPorts(values: PortValues, defaults: EmulatorPorts): EmulatorPorts {
  const read = (option: keyof PortValues, usual: number) => readPort(option, values[option], usual);
  return {
    serviceBus: read('servicebus-port', defaults.serviceBus),
    defender: read('defender-port', defaults.defender),
    storage: read('storage-port', defaults.storage),
  };
}

/** @throws Error naming the option if its value is not a port number */
export function readPort(option: string, value: string | undefined, usual: number): number {
  return value === undefined ? usual : readWholeNumber(option, value, { min: 0, max: 65_535 });
}

/** @throws Error naming the option if its value is not such a number */
export function readWholeNumber(
  option: string,
  value: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new Error(`--${option} takes a whole number from ${min} to ${max}, not "${value}"`);
}
