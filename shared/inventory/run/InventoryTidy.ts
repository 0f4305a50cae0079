import type { Clock } from '../../clock/Clock';
import { DAY_MS } from '../../clock/durations';
import type { BlobContainer } from '../../storage/BlobContainer';
import { removeOldBlobs } from '../../storage/removeOldBlobs';
import type { Logger } from '../../telemetry/Logger';
import type { RunStore } from './RunStore';
import type { SnapshotPublisher } from '../snapshot/SnapshotPublisher';
import { indexPath } from '../snapshot/snapshotPaths';

export interface InventoryTidyDeps {
  readonly runs: RunStore;
  /** Container `inventory`. */
  readonly container: BlobContainer;
  readonly publisher: Pick<SnapshotPublisher, 'latest' | 'settle'>;
  readonly clock: Clock;
  readonly logger: Logger;
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
    const { runs, container, publisher, clock, logger, keepDays } = this.deps;
    await publisher.settle();
    const now = clock.now();
    const latest = (await publisher.latest())?.manifest.runId;
    const isLatest = (path: string) =>
      latest !== undefined &&
      (path.includes(`/run=${latest}/`) ||
        path.endsWith(`/${latest}.json`) ||
        path === indexPath(latest));
    const writtenBefore = now - keepDays * DAY_MS;
    for (const prefix of SNAPSHOTS) {
      await removeOldBlobs({ container, prefix, writtenBefore, keep: isLatest }, logger);
    }
    const pages = { container, prefix: 'work/', writtenBefore: now - PAGES_KEEP_MS };
    const isIndex = (path: string) => path.startsWith('work/index/');
    await removeOldBlobs({ ...pages, keep: isIndex }, logger);
    await runs.removeBefore(writtenBefore);
  }
}
