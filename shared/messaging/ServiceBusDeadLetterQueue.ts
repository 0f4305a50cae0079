import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { Clock } from '../clock/Clock';
import { asDelivered } from './asDelivered';
import { BrokerUnreachableError } from './BrokerUnreachableError';
import { conditionOf } from './conditionOf';
import type { DeadLetter, DeadLetterQueue, DrainLimits } from './DeadLetterQueue';

/** Handled well inside the lock of five minutes. */
const BATCH = 50;
/** Of a message whose time to live was over. */
const EXPIRED = 'TTLExpiredException';
/** How long the first message of a batch is waited for. */
const WAIT_MS = 1_000;

/** Receives over a link that is open only while there is something to receive. */
export class ServiceBusDeadLetterQueue implements DeadLetterQueue {
  constructor(
    private readonly queue: string,
    private readonly open: () => ServiceBusReceiver,
    private readonly clock: Clock,
  ) {}

  async drain(
    handle: (letter: DeadLetter) => Promise<void>,
    { max, deadlineAt }: DrainLimits,
  ): Promise<void> {
    const failures: unknown[] = [];
    const receiver = this.open();
    try {
      for (let left = max; left > 0 && this.clock.now() < deadlineAt;) {
        const batch = await this.receive(receiver, Math.min(left, BATCH));
        if (batch.length === 0) break;
        left -= batch.length;
        for (const message of batch) {
          if (this.clock.now() >= deadlineAt) break;
          await this.settle(receiver, message, handle).catch((error: unknown) => {
            failures.push(error);
          });
        }
      }
    } finally {
      await receiver.close();
    }
    if (failures.length > 0) throw failures[0];
  }

  private async receive(
    receiver: ServiceBusReceiver,
    count: number,
  ): Promise<ServiceBusReceivedMessage[]> {
    try {
      return await receiver.receiveMessages(count, { maxWaitTimeInMs: WAIT_MS });
    } catch (error) {
      throw new BrokerUnreachableError(this.queue, conditionOf(error));
    }
  }

  /** What cannot be settled stays locked, so that this drain does not meet it again. */
  private async settle(
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
    handle: (letter: DeadLetter) => Promise<void>,
  ): Promise<void> {
    await handle(this.toDeadLetter(message));
    try {
      await receiver.completeMessage(message);
    } catch (error) {
      throw new BrokerUnreachableError(this.queue, conditionOf(error));
    }
  }

  private toDeadLetter(message: ServiceBusReceivedMessage): DeadLetter {
    const { deadLetterReason, deadLetterErrorDescription } = message;
    return {
      ...asDelivered(message, this.queue, this.clock.now()),
      hasExpired: deadLetterReason === EXPIRED,
      brokerReason: [deadLetterReason, deadLetterErrorDescription].filter(Boolean).join(': '),
    };
  }
}
