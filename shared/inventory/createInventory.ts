import type { TableClient } from '@azure/data-tables';
import type { AppConfig } from '../config/AppConfig';
import { SingleFlight } from '../cache/SingleFlight';
import type { DefenderClient } from '../defender/DefenderClient';
import type { ODataFilter } from '../defender/odata';
import { parseFilter } from '../defender/parseFilter';
import { StepRunner } from '../calls/StepRunner';
import { TicketDesk } from '../calls/TicketDesk';
import type { CallLeases } from '../calls/CallLeases';
import type { Hold } from '../calls/waiting';
import type { Quota } from '../quota/Quota';
import type { QueueSender } from '../messaging/QueueSender';
import type { BlobContainer } from '../storage/BlobContainer';
import type { BlobStore } from '../storage/BlobStore';
import { DeadLetteredPages } from './run/DeadLetteredPages';
import { InventoryQueue, type InventoryQueueDeps } from './run/InventoryQueue';
import { InventoryRuns } from './run/InventoryRuns';
import { InventoryTidy } from './run/InventoryTidy';
import { PageStore } from './run/PageStore';
import { SnapshotPublisher } from './snapshot/SnapshotPublisher';
import { SnapshotStore } from './snapshot/SnapshotStore';
import { TableRunStore } from './run/TableRunStore';

/** The fleet snapshot, as the triggers use it. */
export interface Inventory {
  readonly runs: InventoryRuns;
  readonly queue: InventoryQueue;
  readonly deadLetteredPages: DeadLetteredPages;
  readonly snapshots: SnapshotStore;
  readonly tidy: InventoryTidy;
  readonly publisher: SnapshotPublisher;
}

export interface InventoryOptions extends Omit<
  InventoryQueueDeps,
  'runs' | 'pages' | 'publisher' | 'settings' | 'steps'
> {
  readonly config: Pick<AppConfig, 'inventory' | 'defender' | 'cacheTtlMs' | 'lookups'>;
  readonly quota: Quota;
  readonly leases: CallLeases;
  readonly hold: Hold;
  readonly leadMs: number;
  readonly table: TableClient;
  readonly container: BlobContainer;
  readonly blobs: BlobStore;
  /** The inventory queue, or its replacement. */
  readonly sender: QueueSender;
}

export function createInventory(options: InventoryOptions): Inventory {
  const { config, container, leadMs, clock, logger } = options;
  const { pageSize, outputs, keepDays, maxDropPercent, filter: filterText } = config.inventory;
  const { tenantId } = config.defender;
  const runs = new TableRunStore(options.table, tenantId);
  const pages = new PageStore(options.blobs);
  const store = new SnapshotStore(container);
  const settings = { tenantId, outputs, filterText, maxDropPercent };
  const publisher = new SnapshotPublisher({ store, pages, clock, settings });
  return {
    runs: new InventoryRuns({ ...options, runs }),
    queue: new InventoryQueue({
      ...options,
      runs,
      pages,
      publisher,
      steps: (defender) => createPageSteps({ ...options, defender }),
      settings: { filter: filterOf(filterText), filterText, pageSize, leadMs },
    }),
    deadLetteredPages: new DeadLetteredPages(options),
    snapshots: store,
    tidy: new InventoryTidy({ runs, container, publisher, clock, logger, keepDays }),
    publisher,
  };
}

/** Pages are never answered from the cache, nor kept in it: they are asked for again because they may have changed. */
function createPageSteps(options: InventoryOptions & { readonly defender: DefenderClient }) {
  const cacheTtlMs = { ...options.config.cacheTtlMs, machines: 0 };
  return new StepRunner({
    ...options,
    cacheTtlMs,
    inFlight: new SingleFlight(),
    batches: null,
    deniedAfterMs: options.config.lookups.deniedAfterMs,
    desk: new TicketDesk({ ...options, cacheTtlMs }),
    answers: { get: () => Promise.resolve(null), put: () => Promise.resolve() },
  });
}

/** @throws {TypeError} the settings were not checked. */
function filterOf(text: string | null): ODataFilter | null {
  if (text === null) return null;
  const parsed = parseFilter(text);
  if (parsed.ok) return parsed.filter;
  throw new TypeError('Cannot list machines: INVENTORY_FILTER is not a filter');
}
