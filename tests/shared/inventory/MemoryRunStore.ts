import type { InventoryRun } from '../../../shared/inventory/run/InventoryRun';
import type { RunStore, StoredRun } from '../../../shared/inventory/run/RunStore';

/** Runs in memory, guarded by ETags as in the Table. */
export class MemoryRunStore implements RunStore {
  private readonly rows = new Map<string, StoredRun>();
  private writes = 0;

  insert(run: InventoryRun): Promise<StoredRun | null> {
    return Promise.resolve(this.rows.has(run.runId) ? null : this.write(run));
  }

  read(runId: string): Promise<StoredRun | null> {
    return Promise.resolve(this.rows.get(runId) ?? null);
  }

  replace(run: InventoryRun, etag: string): Promise<StoredRun | null> {
    const isCurrent = this.rows.get(run.runId)?.etag === etag;
    return Promise.resolve(isCurrent ? this.write(run) : null);
  }

  list(sinceAt: number): Promise<readonly InventoryRun[]> {
    const runs = [...this.rows.values()].map(({ run }) => run);
    const recent = runs.filter(({ slotAt }) => slotAt >= sinceAt);
    return Promise.resolve(recent.sort((a, b) => a.slotAt - b.slotAt));
  }

  removeBefore(at: number): Promise<void> {
    for (const [runId, { run }] of this.rows) {
      if (run.slotAt < at && run.status !== 'running') this.rows.delete(runId);
    }
    return Promise.resolve();
  }

  private write(run: InventoryRun): StoredRun {
    const stored = { run, etag: String(++this.writes) };
    this.rows.set(run.runId, stored);
    return stored;
  }
}
