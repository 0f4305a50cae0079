import type {
  ServiceBusMessage,
  ServiceBusMessageBatch,
  ServiceBusSender,
} from '@azure/service-bus';
import { withTimeLimit } from '../clock/withTimeLimit';
import { BrokerUnreachableError } from './BrokerUnreachableError';
import { conditionOf, isRefusal } from './conditionOf';
import { MessageRefusedError } from './MessageRefusedError';
import type { OutgoingMessage, QueueSender } from './QueueSender';

/** For opening the link and for each batch, all tries together. */
const TIMEOUT_MS = 33_000;

/** Sends over one AMQP link, opened when it is first needed. Reports as {@link QueueSender} promises. */
export class ServiceBusQueueSender implements QueueSender {
  private link: ServiceBusSender | null = null;

  constructor(
    private readonly queue: string,
    private readonly open: () => ServiceBusSender,
  ) {}

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    // Apart, because a batch as a whole carries the schedule of its first message.
    const isScheduled = ({ scheduledAt }: OutgoingMessage) => scheduledAt !== undefined;
    await this.sendBatches(messages.filter((message) => !isScheduled(message)));
    await this.sendBatches(messages.filter(isScheduled));
  }

  private async sendBatches(messages: readonly OutgoingMessage[]): Promise<void> {
    const [first, ...others] = messages.map(toServiceBusMessage);
    if (!first) return;
    try {
      // A batch of one would be encoded twice.
      if (others.length === 0) await this.transmit(first);
      else await this.sendTogether([first, ...others]);
    } catch (error) {
      throw this.reduced(error);
    }
  }

  private async sendTogether(messages: readonly ServiceBusMessage[]): Promise<void> {
    let batch: ServiceBusMessageBatch | null = null;
    for (const message of messages) {
      if (batch?.tryAddMessage(message)) continue;
      if (batch) await this.transmit(batch);
      batch = await withTimeLimit(TIMEOUT_MS, (abortSignal) =>
        this.sender.createMessageBatch({ abortSignal }),
      );
      if (!batch.tryAddMessage(message)) {
        throw new MessageRefusedError(this.queue, 'MessageSizeExceeded');
      }
    }
    if (batch) await this.transmit(batch);
  }

  private transmit(what: ServiceBusMessage | ServiceBusMessageBatch): Promise<void> {
    return withTimeLimit(TIMEOUT_MS, (abortSignal) =>
      this.sender.sendMessages(what, { abortSignal }),
    );
  }

  private get sender(): ServiceBusSender {
    return (this.link ??= this.open());
  }

  private reduced(error: unknown): MessageRefusedError | BrokerUnreachableError {
    if (error instanceof MessageRefusedError) return error;
    const condition = conditionOf(error);
    return isRefusal(condition)
      ? new MessageRefusedError(this.queue, condition)
      : new BrokerUnreachableError(this.queue, condition);
  }
}

function toServiceBusMessage(message: OutgoingMessage): ServiceBusMessage {
  const { scheduledAt, applicationProperties, ...rest } = message;
  return {
    ...rest,
    ...(applicationProperties && { applicationProperties: { ...applicationProperties } }),
    ...(scheduledAt !== undefined && { scheduledEnqueueTimeUtc: new Date(scheduledAt) }),
  };
}
