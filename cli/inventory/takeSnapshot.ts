import type { AppContext } from '../../shared/app/createAppContext';
import { MINUTE_MS } from '../../shared/clock/durations';
import type { Inventory } from '../../shared/inventory/createInventory';
import { readPageWork } from '../../shared/inventory/run/inventoryMessage';
import type { InventoryRun } from '../../shared/inventory/run/InventoryRun';
import type { OutgoingMessage } from '../../shared/messaging/QueueSender';
import { CannotStart } from '../settings/CannotStart';
import { LocalQueue } from './LocalQueue';
import type { Progress } from './Progress';

/** For the calls of one page; no other caller in this process waits for it. */
const DELIVERY_BUDGET_MS = MINUTE_MS;

export interface SnapshotOptions {
  /** The run to go on with; null: a new one. */
  readonly resume: string | null;
  /** Whether `latest` may become it. */
  readonly publish: boolean;
}

export interface TakenSnapshot {
  /** Over. */
  readonly run: InventoryRun;
  readonly inventory: Inventory;
}

/** Runs one snapshot to its end, or continues run `resume`. @throws {CannotStart} unknown run */
export async function takeSnapshot(
  { clock, inventoryOver }: Pick<AppContext, 'clock' | 'inventoryOver'>,
  options: SnapshotOptions,
  progress: Progress,
): Promise<TakenSnapshot> {
  const queue = new LocalQueue(clock);
  const inventory = inventoryOver(queue);
  const expected = (await inventory.publisher.latest())?.manifest.counts.total ?? 0;
  const runId = await begin(inventory, options);
  progress.start(runId);
  const show = async (message: OutgoingMessage, waitMs: number) => {
    const run = await inventory.runs.get(runId);
    const tries = readPageWork(message.body, clock.now())?.failures ?? 0;
    if (run) progress.show(run, { expected, waitMs, tries });
  };
  await queue.drain(async (message) => {
    const now = clock.now();
    await inventory.queue.handle(message.body, sourceOf(message, now), now + DELIVERY_BUDGET_MS);
    await show(message, 0);
  }, show);
  const run = await inventory.runs.get(runId);
  if (!run) throw new Error(`Run ${runId} has disappeared.`);
  if (run.status === 'running') throw new Error('Another process has taken over the run.');
  progress.end();
  return { run, inventory };
}

async function begin({ runs }: Inventory, { resume, publish }: SnapshotOptions): Promise<string> {
  if (resume === null) return runs.startNow(publish);
  if (await runs.resume(resume, publish)) return resume;
  throw new CannotStart(`There is no run ${resume}. GET /api/status names the newest.`);
}

function sourceOf({ messageId }: OutgoingMessage, now: number) {
  const none = { correlationId: null, sequenceNumber: '', applicationProperties: {} };
  return { queue: 'local', messageId, enqueuedAt: now, deliveryCount: 1, ...none };
}
