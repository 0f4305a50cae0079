import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import type { EmulatorConfig, QueueProperties } from '../../../../local/servicebus/emulatorConfig';
import { startServiceBusEmulator } from '../../../../local/servicebus/startServiceBusEmulator';

/**
 * What the behaviour suite needs of a namespace, whoever runs it. One queue per test, so that none sees another's
 * leavings. The real service needs `LockDuration` PT5S at least; no test depends on its length.
 */
const queue = (Name: string, Properties: QueueProperties = {}) => ({
  Name: `behaviour-${Name}`,
  Properties: { LockDuration: 'PT30S', DeadLetteringOnMessageExpiration: true, ...Properties },
});
const SHORT_LOCK = { LockDuration: 'PT2S' };
const DUPLICATES = {
  RequiresDuplicateDetection: true,
  DuplicateDetectionHistoryTimeWindow: 'PT5M',
};

const behaviourConfig: EmulatorConfig = {
  UserConfig: {
    Namespaces: [
      {
        Name: 'behaviour',
        Queues: [
          ...['properties', 'bodies', 'batches', 'oversize', 'ids'].map((name) => queue(name)),
          ...['abandon', 'dead-letter', 'defer', 'deferred-settling'].map((name) => queue(name)),
          queue('max-delivery', { MaxDeliveryCount: 2 }),
          ...['expiry', 'renewal', 'auto-renewal'].map((name) => queue(name, SHORT_LOCK)),
          ...['link-loss', 'subscribe', 'throwing', 'volume', 'drain'].map((name) => queue(name)),
          ...['competition', 'peek', 'delete', 'time-to-live'].map((name) => queue(name)),
          ...['schedule', 'schedule-annotation', 'cancel', 'refused'].map((name) => queue(name)),
          ...['duplicates', 'duplicates-scheduled'].map((name) => queue(name, DUPLICATES)),
        ],
      },
    ],
  },
};

/**
 * The namespace under test: that of `SERVICEBUS_CONNECTION_STRING` (its queues must exist and be empty), by default an
 * emulator of our own in this process.
 */
export async function openBehaviourNamespace() {
  const given = process.env['SERVICEBUS_CONNECTION_STRING'];
  const emulator = given
    ? undefined
    : await startServiceBusEmulator({ port: 0, httpPort: 0, config: behaviourConfig });
  const connectionString = given ?? emulator?.connectionString ?? '';
  const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0 } });

  return {
    client,
    /** Sender, receiver and dead-letter receiver of a queue. */
    open: (name: string) => {
      const queueName = `behaviour-${name}`;
      return {
        queueName,
        sender: client.createSender(queueName),
        receiver: client.createReceiver(queueName, { maxAutoLockRenewalDurationInMs: 0 }),
        deadLetters: client.createReceiver(queueName, { subQueueType: 'deadLetter' }),
      };
    },
    close: async () => {
      await client.close();
      await emulator?.close();
    },
  };
}

interface Receiving {
  receiveMessages(
    maxMessageCount: number,
    options?: { readonly maxWaitTimeInMs?: number },
  ): Promise<ServiceBusReceivedMessage[]>;
}

/** Exactly `count` messages, however many calls it takes. */
export async function receive(receiver: Receiving, count: number) {
  const messages: ServiceBusReceivedMessage[] = [];
  while (messages.length < count) {
    const more = await receiver.receiveMessages(count - messages.length, {
      maxWaitTimeInMs: 10_000,
    });
    if (more.length === 0) throw new Error(`${messages.length} of ${count} messages came`);
    messages.push(...more);
  }
  return messages;
}

export async function receiveOne(receiver: Receiving): Promise<ServiceBusReceivedMessage> {
  const [message] = await receive(receiver, 1);
  if (!message) throw new Error('no message came');
  return message;
}

export const bodies = (messages: readonly ServiceBusReceivedMessage[]): unknown[] =>
  messages.map(({ body }): unknown => body);
