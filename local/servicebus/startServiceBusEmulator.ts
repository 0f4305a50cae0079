import type { Clock } from '../../shared/clock/Clock';
import { systemClock } from '../../shared/clock/systemClock';
import { startAmqpListener } from './AmqpListener';
import { ClientConnection } from './ClientConnection';
import defaultConfig from './config.json';
import { startCountsPage } from './countsPage';
import { type EmulatorConfig, parseQueueSettings } from './emulatorConfig';
import { NamespaceQueues } from './NamespaceQueues';
import type { QueueCounts } from './queueModel';

export interface ServiceBusEmulatorOptions {
  /** AMQP; 0 = any free one. Default 5672. */
  readonly port?: number;
  /** Counts page; 0 = any free one. Default 5300. */
  readonly httpPort?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** In the shape of Microsoft's emulator. Default: the `config.json` next to this file. */
  readonly config?: EmulatorConfig;
  /** Largest message or batch; default 262,144 bytes as in tier Standard. */
  readonly maxMessageBytes?: number;
  readonly clock?: Clock;
  /** Called on protocol errors of clients; default: printed. */
  readonly onError?: (error: Error) => void;
}

export interface ServiceBusEmulator {
  readonly port: number;
  readonly httpPort: number;
  /** For the unmodified `@azure/service-bus` SDK and the Functions host; `AdministrationEndpoint` is the counts page, which also answers administration clients. */
  readonly connectionString: string;
  /** By queue name. */
  counts(): Record<string, QueueCounts>;
  /** Cuts all connections; messages are gone. */
  close(): Promise<void>;
}

const STANDARD_TIER_MESSAGE_BYTES = 262_144;

/**
 * Starts a Service Bus namespace in this process: queues in memory, over real AMQP 1.0.
 * @throws z.ZodError for a malformed configuration; the socket's error if a port is taken
 */
export async function startServiceBusEmulator(
  options: ServiceBusEmulatorOptions = {},
): Promise<ServiceBusEmulator> {
  const { host = '127.0.0.1', config = defaultConfig, clock = systemClock } = options;
  const maxMessageBytes = options.maxMessageBytes ?? STANDARD_TIER_MESSAGE_BYTES;
  const queues = new NamespaceQueues(parseQueueSettings(config, maxMessageBytes), clock);
  const amqp = await startAmqpListener({
    host,
    port: options.port ?? 5672,
    onConnection: (connection) => new ClientConnection(connection, queues, maxMessageBytes),
    onError: options.onError ?? printError,
  });
  const page = await startCountsPage({ host, port: options.httpPort ?? 5300, queues }).catch(
    async (error: unknown) => {
      await amqp.close();
      throw error;
    },
  );
  return {
    port: amqp.port,
    httpPort: page.port,
    connectionString: `Endpoint=sb://${host}:${amqp.port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;AdministrationEndpoint=http://${host}:${page.port}`,
    counts: () => queues.counts(),
    close: async () => {
      queues.close();
      await Promise.all([amqp.close(), page.close()]);
    },
  };
}

function printError(error: Error): void {
  console.error(`Service Bus emulator: ${error.message}`);
}
