import type { Clock } from '../../clock/Clock';
import { DAY_MS } from '../../clock/durations';
import type { RunStore } from './RunStore';
import type { SnapshotPublisher } from '../snapshot/SnapshotPublisher';
import { indexPath } from '../snapshot/snapshotPaths';
import type { SnapshotStore } from '../snapshot/SnapshotStore';

export interface InventoryTidyDeps {
  readonly runs: RunStore;
  readonly store: SnapshotStore;
  readonly publisher: Pick<SnapshotPublisher, 'latest' | 'settle'>;
  readonly clock: Clock;
  readonly keepDays: number;
}

/** Longer than any run lasts. */
const PAGES_KEEP_MS = 3 * DAY_MS;
const SNAPSHOTS = ['v1/devices/', 'v1/delta/', 'v1/manifests/', 'incomplete/', 'work/index/'];

/** Puts `latest` right, and removes snapshots past their time, but never the one that it points to. */
export class InventoryTidy {
  constructor(private readonly deps: InventoryTidyDeps) {}

  /** @throws {StorageUnavailableError} */
  async run(): Promise<void> {
    const { runs, store, publisher, clock, keepDays } = this.deps;
    await publisher.settle();
    const now = clock.now();
    const latest = (await publisher.latest())?.manifest.runId;
    const isLatest = (path: string) =>
      latest !== undefined &&
      (path.includes(`/run=${latest}/`) ||
        path.endsWith(`/${latest}.json`) ||
        path === indexPath(latest));
    const before = now - keepDays * DAY_MS;
    for (const prefix of SNAPSHOTS) await store.removeOld(prefix, before, isLatest);
    const isIndex = (path: string) => path.startsWith('work/index/');
    await store.removeOld('work/', now - PAGES_KEEP_MS, isIndex);
    await runs.removeBefore(before);
  }
}
