import type { Clock } from '../../clock/Clock';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../clock/durations';
import type { QueueSender } from '../../messaging/QueueSender';
import type { Logger } from '../../telemetry/Logger';
import { inventoryRunEnded, inventoryTakenOver } from '../../telemetry/events';
import { firstHop, toMessage } from './inventoryMessage';
import { isSlot, runIdOf, type InventoryRun } from './InventoryRun';
import type { RunStore, StoredRun } from './RunStore';

const SLOT_MS = 10 * MINUTE_MS;
/** Slots change halfway between the times that schedules are set to, which are multiples of five minutes. */
const SLOT_EARLY_MS = 2.5 * MINUTE_MS;
/** Past its next scheduled message by this, a run stands still. */
const STANDSTILL_MS = HOUR_MS;
/** A run taken over this often will never end. */
const MAX_EPOCH = 3;

export interface InventoryRunsDeps {
  readonly runs: RunStore;
  readonly sender: QueueSender;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Starts runs and takes over those that stand still. */
export class InventoryRuns {
  constructor(private readonly deps: InventoryRunsDeps) {}

  /** A timer fired: early, late, twice or on two instances, it is one run. Resolves with its id. */
  startScheduled(): Promise<string> {
    const slot = Math.floor((this.deps.clock.now() + SLOT_EARLY_MS) / SLOT_MS);
    return this.start(slot * SLOT_MS, true);
  }

  /** Starts a run on request; it becomes `latest` by default. Resolves with its id. */
  startNow(publishes = true): Promise<string> {
    return this.start(this.deps.clock.now(), publishes);
  }

  /** Oldest first. @throws {StorageUnavailableError} */
  async recent(days = 7): Promise<readonly InventoryRun[]> {
    const now = this.deps.clock.now();
    const runs = await this.deps.runs.list(now - days * DAY_MS);
    return runs.filter(({ slotAt }) => isSlot(slotAt, now));
  }

  /** Null if its first message has not been handled yet. @throws {StorageUnavailableError} */
  async get(runId: string): Promise<InventoryRun | null> {
    return (await this.deps.runs.read(runId))?.run ?? null;
  }

  /** Resumes runs whose message is lost. @throws {StorageUnavailableError | BrokerUnreachableError} */
  async takeOver(): Promise<void> {
    const now = this.deps.clock.now();
    const isStill = ({ status, nextAt }: InventoryRun) =>
      status === 'running' && nextAt + STANDSTILL_MS < now;
    for (const { runId } of (await this.recent()).filter(isStill)) {
      const stored = await this.deps.runs.read(runId);
      if (!stored || !isStill(stored.run)) continue;
      if (stored.run.epoch < MAX_EPOCH) await this.goOn(stored);
      else await this.giveUp(stored);
    }
  }

  /**
   * Takes over a running run at once: its former owner changes nothing any more. With `publishes` it
   * becomes `latest` although it was not meant to. Null if the run does not exist.
   * @throws {StorageUnavailableError | BrokerUnreachableError}
   */
  async resume(runId: string, publishes = false): Promise<InventoryRun | null> {
    const stored = await this.deps.runs.read(runId);
    if (stored?.run.status === 'running') {
      const { run, etag } = stored;
      await this.goOn({ run: { ...run, publishes: run.publishes || publishes }, etag });
    }
    return stored?.run ?? null;
  }

  private async start(slotAt: number, publishes: boolean): Promise<string> {
    const runId = runIdOf(slotAt);
    const first = firstHop({ runId, slotAt, epoch: 0, publishes, seq: 0 });
    await this.deps.sender.send([toMessage(first, this.deps.clock.now())]);
    return runId;
  }

  /** Should the send fail, the run stands still under the new epoch, and is taken over again. */
  private async goOn({ run, etag }: StoredRun): Promise<void> {
    const { runs, sender, clock, logger } = this.deps;
    const now = clock.now();
    const taken = { ...run, epoch: run.epoch + 1, nextAt: now };
    if (!(await runs.replace(taken, etag))) return;
    await sender.send([toMessage(firstHop(taken), now)]);
    const { runId, epoch, seq } = taken;
    inventoryTakenOver(logger, { runId, epoch, seq });
  }

  private async giveUp({ run, etag }: StoredRun): Promise<void> {
    const { runs, clock, logger } = this.deps;
    const ending = { status: 'failed', reasonCode: 'inventory.standstill' } as const;
    if (!(await runs.replace({ ...run, ...ending, completedAt: clock.now() }, etag))) return;
    inventoryRunEnded(logger, { runId: run.runId, ...ending, machines: null, warnings: '' });
  }
}
