import { appContext } from '../appContext';
import { registerQueue } from '../queue/registerQueue';

/** Reads the fleet page by page, and publishes the snapshot after the last. */
if (appContext.ok) {
  const { context } = appContext;
  const { inventory, config } = context;
  registerQueue(
    'inventoryPage',
    config.queues.inventory,
    (...delivery) => inventory.queue.handle(...delivery),
    context,
  );
}
