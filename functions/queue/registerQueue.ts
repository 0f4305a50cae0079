import { app } from '@azure/functions';
import {
  createQueueHandler,
  type HandleDelivery,
  type QueueHandlerDeps,
} from './createQueueHandler';
import { queueOptions } from './queueOptions';

/** Registers the function `name` for the messages of `queue`. */
export function registerQueue(
  name: string,
  queue: string,
  handle: HandleDelivery,
  deps: QueueHandlerDeps,
): void {
  const handler = createQueueHandler(queue, handle, deps);
  app.serviceBusQueue(name, { ...queueOptions(queue), handler });
}
