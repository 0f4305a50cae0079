import type * as ServiceBus from '@azure/service-bus';
import type { ServiceBusClient, ServiceBusSender } from '@azure/service-bus';
import type { AppConfig, AppSecrets } from '../config/AppConfig';
import type { Clock } from '../clock/Clock';
import { createPlatformCredential } from '../identity/createPlatformCredential';
import { conditionOf, isRefusal } from './conditionOf';
import type { DeadLetterQueue } from './DeadLetterQueue';
import { GatheringSender } from './GatheringSender';
import type { QueueSender } from './QueueSender';
import { QueueUnusableError } from './QueueUnusableError';
import { ServiceBusDeadLetterQueue } from './ServiceBusDeadLetterQueue';
import { ServiceBusQueueSender } from './ServiceBusQueueSender';
import { TracedSender } from './TracedSender';
import { NO_TELEMETRY, type Telemetry } from '../telemetry/Telemetry';

/** Keeps a send well inside the lock of the message it is for; the SDK's own default may outlast it. */
const RETRY_OPTIONS = {
  maxRetries: 2,
  timeoutInMs: 10_000,
  retryDelayInMs: 500,
  maxRetryDelayInMs: 2_000,
} as const;

export interface ServiceBusSenders {
  /** The one sender of a queue or topic; connects when it is first used. */
  sender(queue: string): QueueSender;
  /** The dead letters of a queue; a link is open only during a drain. */
  deadLetters(queue: string, clock: Clock): DeadLetterQueue;
  /** Opens a link to a queue and closes it again. @throws {QueueUnusableError}; the SDK's error without a broker. */
  probe(queue: string): Promise<void>;
  /** Looks at a queue without taking anything, as only a receiver may. @throws as `probe` */
  look(queue: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * One connection for all senders of the process, opened when it is first needed.
 * @throws {TypeError} the settings name no broker.
 */
export function createServiceBusSenders(options: {
  readonly config: Pick<AppConfig, 'serviceBus' | 'environment'>;
  readonly secrets: Pick<AppSecrets, 'serviceBusConnectionString'>;
  /** Default: nothing is traced. */
  readonly telemetry?: Telemetry;
}): ServiceBusSenders {
  const { telemetry = NO_TELEMETRY } = options;
  const connect = connectionOf(options);
  let connected: ServiceBusClient | null = null;
  const client = (): ServiceBusClient =>
    (connected ??= connect(require('@azure/service-bus') as typeof ServiceBus)); // its own types
  const senders = new Map<string, QueueSender>();

  return {
    sender: (queue) => {
      const sender =
        senders.get(queue) ??
        new TracedSender(
          queue,
          new GatheringSender(new ServiceBusQueueSender(queue, () => client().createSender(queue))),
          telemetry,
        );
      senders.set(queue, sender);
      return sender;
    },
    deadLetters: (queue, clock) =>
      new ServiceBusDeadLetterQueue(
        queue,
        () =>
          client().createReceiver(queue, {
            subQueueType: 'deadLetter',
            receiveMode: 'peekLock',
            skipParsingBodyAsJson: true,
            maxAutoLockRenewalDurationInMs: 0,
          }),
        clock,
      ),
    probe: async (queue) => {
      await used(queue, () => openOnce(client().createSender(queue)));
    },
    look: async (queue) => {
      await used(queue, async () => {
        const receiver = client().createReceiver(queue);
        try {
          await receiver.peekMessages(1);
        } finally {
          await receiver.close();
        }
      });
    },
    close: async () => {
      await connected?.close();
    },
  };
}

async function used(queue: string, use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } catch (error) {
    const condition = conditionOf(error);
    throw isRefusal(condition) ? new QueueUnusableError(queue, condition) : error;
  }
}

/** What a batch may hold is asked of the broker when the link opens. */
async function openOnce(link: ServiceBusSender): Promise<void> {
  try {
    await link.createMessageBatch();
  } finally {
    await link.close();
  }
}

/** How to connect, the library given. */
function connectionOf({
  config: { serviceBus, environment },
  secrets: { serviceBusConnectionString },
}: Parameters<typeof createServiceBusSenders>[0]): (
  library: typeof ServiceBus,
) => ServiceBusClient {
  const optionsFor = ({ RetryMode }: typeof ServiceBus) => ({
    retryOptions: { ...RETRY_OPTIONS, mode: RetryMode.Exponential },
  });
  const { fullyQualifiedNamespace, clientId } = serviceBus;
  if (fullyQualifiedNamespace !== null) {
    const credential = createPlatformCredential(environment, clientId);
    return (library) =>
      new library.ServiceBusClient(fullyQualifiedNamespace, credential, optionsFor(library));
  }
  if (serviceBusConnectionString === null) {
    throw new TypeError('Cannot connect to Service Bus: neither namespace nor connection string');
  }
  return (library) => new library.ServiceBusClient(serviceBusConnectionString, optionsFor(library));
}
