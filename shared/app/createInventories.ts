import { WAIT_MS } from '../calls/waiting';
import type { DefenderClient } from '../defender/DefenderClient';
import { createInventory, type Inventory } from '../inventory/createInventory';
import type { QueueSender } from '../messaging/QueueSender';
import type { Messaging } from './createMessaging';
import type { SharedQuota } from './createQuota';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';

export interface Inventories {
  readonly inventory: Inventory;
  /** The inventory over another queue than the app's own. */
  readonly inventoryOver: (sender: QueueSender) => Inventory;
}

export function createInventories(
  { config, clock, random, logger }: Foundation,
  { storage }: Stores,
  { fairShare: quota, leases }: SharedQuota,
  { senders, quarantine }: Messaging,
  defender: DefenderClient,
): Inventories {
  const inventoryOver = (sender: QueueSender) =>
    createInventory({
      config,
      sender,
      quota,
      leases,
      defender,
      quarantine,
      clock,
      random,
      logger,
      hold: { kind: 'upTo', ms: WAIT_MS.hold },
      leadMs: WAIT_MS.lead,
      table: storage.table('inventory'),
      container: storage.container('inventory'),
      blobs: storage.blobs('inventory'),
    });
  return { inventory: inventoryOver(senders.sender(config.queues.inventory)), inventoryOver };
}
