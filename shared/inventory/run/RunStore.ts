import type { InventoryRun } from './InventoryRun';

/** A row as it was read or written; `etag` guards the next write. */
export interface StoredRun {
  readonly run: InventoryRun;
  readonly etag: string;
}

/** The rows of all runs of one tenant. */
export interface RunStore {
  /** Null if the run is there already. @throws {StorageUnavailableError} */
  insert(run: InventoryRun): Promise<StoredRun | null>;
  /** @throws {StorageUnavailableError} */
  read(runId: string): Promise<StoredRun | null>;
  /** Null if the row has changed since, or is gone. @throws {StorageUnavailableError} */
  replace(run: InventoryRun, etag: string): Promise<StoredRun | null>;
  /** Runs of slots from `sinceAt` on (Unix ms), oldest first. @throws {StorageUnavailableError} */
  list(sinceAt: number): Promise<readonly InventoryRun[]>;
  /** Removes ended runs of slots before `at`. @throws {StorageUnavailableError} */
  removeBefore(at: number): Promise<void>;
}

/** Others write the same row: beyond this, someone holds it for good. */
const MAX_TRIES = 5;

/**
 * Changes a run as long as it is running in `epoch`. False: it is over, or someone else's by now.
 * @throws {StorageUnavailableError}
 */
export async function updateRun(
  runs: RunStore,
  { runId, epoch }: Pick<InventoryRun, 'runId' | 'epoch'>,
  change: (run: InventoryRun) => Partial<InventoryRun>,
): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const stored = await runs.read(runId);
    if (stored?.run.status !== 'running' || stored.run.epoch !== epoch) return false;
    const next = { ...stored.run, ...change(stored.run) };
    if (await runs.replace(next, stored.etag)) return true;
  }
  return false;
}
