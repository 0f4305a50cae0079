import type { ServiceBusQueueHandler } from '@azure/functions';
import type { AppContext } from '../../shared/app/createAppContext';
import type { Inventory } from '../../shared/inventory/createInventory';
import { DELIVERY_BUDGET_MS } from '../deliveryBudget';
import { readDeliveredMessage } from '../serviceBusMessage';

/** Reads one page of the fleet, or publishes. Returning completes the message; a throw has the broker deliver it again. */
export function createInventoryPageHandler({
  inventory,
  clock,
  config,
}: Pick<AppContext, 'clock'> & {
  readonly inventory: { readonly queue: Pick<Inventory['queue'], 'handle'> };
  readonly config: { readonly queues: Pick<AppContext['config']['queues'], 'inventory'> };
}): ServiceBusQueueHandler {
  return async (body, context) => {
    const message = readDeliveredMessage(body, context, clock.now());
    await inventory.queue.handle(
      message.body,
      { queue: config.queues.inventory, ...message },
      clock.now() + DELIVERY_BUDGET_MS,
    );
  };
}
