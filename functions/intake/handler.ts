import type { ServiceBusQueueHandler } from '@azure/functions';
import type { AppContext } from '../../shared/app/createAppContext';
import { INGEST_CALLER } from '../../shared/requests/Ingest';
import { DELIVERY_BUDGET_MS } from '../deliveryBudget';
import { readDeliveredMessage } from '../serviceBusMessage';

export interface IntakeHandlerDeps {
  readonly intake: Pick<AppContext['intake'], 'take'>;
  readonly clock: AppContext['clock'];
  readonly config: { readonly queues: Pick<AppContext['config']['queues'], 'siem'> };
}

/** Takes in what the SIEM sent. Returning completes the message; a throw has the broker deliver it again. */
export function createIntakeHandler({
  intake,
  clock,
  config,
}: IntakeHandlerDeps): ServiceBusQueueHandler {
  return async (body, context) => {
    const message = readDeliveredMessage(body, context, clock.now());
    const queue = config.queues.siem;
    const { messageId, sequenceNumber, enqueuedAt, correlationId, applicationProperties } = message;
    const ingestCaller = applicationProperties[INGEST_CALLER];
    const arrival = {
      channel: 'queue',
      replyTo: 'queue',
      messageId,
      correlationId: correlationId ?? messageId,
      receivedAt: enqueuedAt,
      arrivalId:
        messageId === null
          ? ['sequence', queue, sequenceNumber, String(enqueuedAt)]
          : ['message', messageId],
      ingestCaller: typeof ingestCaller === 'string' ? ingestCaller : null,
    } as const;
    await intake.take(
      message.body,
      arrival,
      { queue, ...message },
      clock.now() + DELIVERY_BUDGET_MS,
    );
  };
}
