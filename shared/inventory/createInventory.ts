import type { TableClient } from '@azure/data-tables';
import type { ContainerClient } from '@azure/storage-blob';
import type { AppConfig } from '../config/AppConfig';
import type { QueueSender } from '../messaging/QueueSender';
import type { BlobStore } from '../storage/BlobStore';
import { InventoryQueue, type InventoryQueueDeps } from './InventoryQueue';
import { InventoryRuns } from './InventoryRuns';
import { InventoryTidy } from './InventoryTidy';
import { PageStore } from './PageStore';
import { SnapshotPublisher } from './SnapshotPublisher';
import { SnapshotStore } from './SnapshotStore';
import { TableRunStore } from './TableRunStore';

/** The fleet snapshot, as the triggers use it. */
export interface Inventory {
  readonly runs: InventoryRuns;
  readonly queue: InventoryQueue;
  readonly snapshots: SnapshotStore;
  readonly tidy: InventoryTidy;
  readonly publisher: SnapshotPublisher;
}

export interface InventoryOptions extends Omit<
  InventoryQueueDeps,
  'runs' | 'pages' | 'publisher' | 'settings'
> {
  readonly config: Pick<AppConfig, 'inventory' | 'defender'>;
  readonly filter: InventoryQueueDeps['settings']['filter'];
  readonly leadMs: number;
  readonly table: TableClient;
  readonly container: ContainerClient;
  readonly blobs: BlobStore;
  /** The inventory queue, or what stands for it. */
  readonly sender: QueueSender;
}

export function createInventory(options: InventoryOptions): Inventory {
  const { config, filter, leadMs, clock } = options;
  const { pageSize, outputs, keepDays, maxDropPercent, filter: filterText } = config.inventory;
  const { tenantId } = config.defender;
  const runs = new TableRunStore(options.table, tenantId);
  const pages = new PageStore(options.blobs);
  const store = new SnapshotStore(options.container);
  const settings = { tenantId, outputs, filterText, maxDropPercent };
  const publisher = new SnapshotPublisher({ store, pages, clock, settings });
  return {
    runs: new InventoryRuns({ ...options, runs }),
    queue: new InventoryQueue({
      ...options,
      ...{ runs, pages, publisher },
      settings: { filter, pageSize, leadMs },
    }),
    snapshots: store,
    tidy: new InventoryTidy({ runs, store, publisher, clock, keepDays }),
    publisher,
  };
}
