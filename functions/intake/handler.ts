import type { ServiceBusQueueHandler } from '@azure/functions';
import type { AppContext } from '../../shared/app/createAppContext';
import { readDeliveredMessage } from '../serviceBusMessage';
import { DELIVERY_BUDGET_MS } from '../deliveryBudget';

/** Takes in what the SIEM sent. Returning completes the message; a throw has the broker deliver it again. */
export function createIntakeHandler({
  intake,
  clock,
  config,
}: Pick<AppContext, 'intake' | 'clock' | 'config'>): ServiceBusQueueHandler {
  return async (body, context) => {
    const message = readDeliveredMessage(body, context, clock.now());
    const queue = config.queues.siem;
    const { messageId, sequenceNumber, enqueuedAt, correlationId } = message;
    const arrival = {
      channel: 'queue',
      replyTo: 'queue',
      messageId,
      correlationId: correlationId ?? messageId,
      receivedAt: enqueuedAt,
      arrivalId:
        messageId === ''
          ? ['sequence', queue, sequenceNumber, String(enqueuedAt)]
          : ['message', messageId],
    } as const;
    await intake.take(
      message.body,
      arrival,
      { queue, ...message },
      clock.now() + DELIVERY_BUDGET_MS,
    );
  };
}
