import type { ServiceBusQueueHandler } from '@azure/functions';
import type { AppContext } from '../../shared/app/createAppContext';
import { DELIVERY_BUDGET_MS } from '../deliveryBudget';
import { readDeliveredMessage } from '../serviceBusMessage';

/** Reads one page of the fleet, or publishes. Returning completes the message; a throw has the broker deliver it again. */
export function createInventoryPageHandler({
  inventory,
  clock,
  config,
}: Pick<AppContext, 'inventory' | 'clock' | 'config'>): ServiceBusQueueHandler {
  return async (body, context) => {
    const message = readDeliveredMessage(body, context, clock.now());
    await inventory.queue.handle(
      message.body,
      { queue: config.queues.inventory, ...message },
      clock.now() + DELIVERY_BUDGET_MS,
    );
  };
}
