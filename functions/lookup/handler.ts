import type { ServiceBusQueueHandler } from '@azure/functions';
import type { AppContext } from '../../shared/app/createAppContext';
import { DELIVERY_BUDGET_MS } from '../deliveryBudget';
import { readDeliveredMessage } from '../serviceBusMessage';

/** Goes on with a lookup whose slot has come. Returning completes the message; a throw has the broker deliver it again. */
export function createLookupHandler({
  workQueue,
  clock,
  config,
}: Pick<AppContext, 'workQueue' | 'clock' | 'config'>): ServiceBusQueueHandler {
  return async (body, context) => {
    const message = readDeliveredMessage(body, context, clock.now());
    await workQueue.handle(
      message.body,
      { queue: config.queues.lookup, ...message },
      clock.now() + DELIVERY_BUDGET_MS,
    );
  };
}
