import type { Inventory } from '../inventory/createInventory';
import { DeadLetters } from '../messaging/DeadLetters';
import type { QueueLookups } from './createLookups';
import type { Messaging } from './createMessaging';
import type { Foundation } from './Foundation';

/** The dead letters of every queue that this app reads. */
export function createDeadLetters(
  { config: { queues }, clock, logger }: Foundation,
  { senders }: Messaging,
  { deadLetteredMessages, deadLetteredWork }: QueueLookups,
  { deadLetteredPages }: Inventory,
): DeadLetters {
  const consumers = [
    [queues.siem, deadLetteredMessages],
    [queues.lookup, deadLetteredWork],
    [queues.inventory, deadLetteredPages],
  ] as const;
  return new DeadLetters({
    clock,
    logger,
    queues: consumers.map(([queue, consumer]) => ({
      consumer,
      letters: senders.deadLetters(queue, clock),
    })),
  });
}
