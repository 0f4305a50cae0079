import { startAzurite } from '../azurite';
import {
  startDefenderSimulator,
  type DefenderSimulator,
  type DefenderSimulatorOptions,
} from '../defender/startDefenderSimulator';
import {
  startServiceBusEmulator,
  type ServiceBusEmulator,
  type ServiceBusEmulatorOptions,
} from '../servicebus/startServiceBusEmulator';
import { portError } from './portError';

/** 0 = any free one. */
export interface EmulatorPorts {
  readonly storage: number;
  readonly serviceBus: number;
  readonly defender: number;
}

export const DEFAULT_PORTS: EmulatorPorts = { storage: 10_000, serviceBus: 5672, defender: 8090 };
export const FREE_PORTS: EmulatorPorts = { storage: 0, serviceBus: 0, defender: 0 };

export interface EmulatorOptions {
  readonly ports: EmulatorPorts;
  readonly serviceBus?: Pick<ServiceBusEmulatorOptions, 'config'>;
  readonly defender?: Omit<DefenderSimulatorOptions, 'port'>;
}

export interface Emulators {
  readonly serviceBus: ServiceBusEmulator;
  readonly defender: DefenderSimulator;
  /** What the app needs to know to run against them. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Starts everything the app talks to, in this process: storage, Service Bus, Defender with its token endpoints.
 * @throws Error naming the option when a port is taken
 */
export async function startEmulators({
  ports,
  serviceBus,
  defender,
}: EmulatorOptions): Promise<Emulators> {
  // The counts page keeps its usual port beside the usual AMQP port only.
  const httpPort = ports.serviceBus === DEFAULT_PORTS.serviceBus ? 5300 : 0;
  const started: { close(): Promise<void> }[] = [];
  const start = async <T extends { close(): Promise<void> }>(
    option: string,
    starting: Promise<T>,
  ): Promise<T> => {
    const emulator = await starting.catch((error: unknown) => {
      throw portError(error, option) ?? error;
    });
    started.push(emulator);
    return emulator;
  };
  const close = async () => {
    await Promise.all(started.map((emulator) => emulator.close()));
  };

  try {
    const storage = await start('--storage-port', startAzurite({ port: ports.storage }));
    const broker = await start(
      '--servicebus-port',
      startServiceBusEmulator({ ...serviceBus, port: ports.serviceBus, httpPort }),
    );
    const simulator = await start(
      '--defender-port',
      startDefenderSimulator({ ...defender, port: ports.defender }),
    );
    const settings = {
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      AzureWebJobsStorage: storage.connectionString,
      StateStorage: storage.connectionString,
      ServiceBusConnection: broker.connectionString,
      DEFENDER_API_BASE_URL: simulator.origin,
      DEFENDER_TENANT_ID: simulator.directory.tenantId,
      DEFENDER_AUTH: 'managedIdentity',
      IDENTITY_ENDPOINT: simulator.identityEndpoint,
      IDENTITY_HEADER: simulator.identityHeader,
    };
    return { serviceBus: broker, defender: simulator, settings, close };
  } catch (error) {
    await close();
    throw error;
  }
}
