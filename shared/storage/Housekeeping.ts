import type { Clock } from '../clock/Clock';
import { rowsRemoved } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import type { BlobContainer } from './BlobContainer';
import { removeOldBlobs } from './removeOldBlobs';

/** Blobs of a container that are of no use `keepMs` after they were written. */
export interface ExpiringBlobs {
  readonly container: BlobContainer;
  readonly prefix: string;
  /** Which of them to keep. Default: none. */
  readonly keep?: (name: string) => boolean;
  readonly keepMs: number;
}

/** Table rows that are of no use `keepMs` after the instant they are about. */
export interface ExpiringRows {
  readonly table: string;
  /** Returns how many there were. @throws {StorageUnavailableError} */
  readonly removeBefore: (at: number) => Promise<number>;
  readonly keepMs: number;
}

export interface HousekeepingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly blobs: readonly ExpiringBlobs[];
  readonly rows: readonly ExpiringRows[];
}

/** Removes data past its retention. Idempotent; two instances may run it at once. */
export class Housekeeping {
  constructor(private readonly deps: HousekeepingDeps) {}

  /** @throws the first failure, when everything else is done: the next run continues. */
  async run(): Promise<void> {
    const { blobs, rows } = this.deps;
    const ended = await Promise.allSettled([
      ...rows.map((each) => this.removeRows(each)),
      ...blobs.map((each) => this.removeBlobs(each)),
    ]);
    const failure = ended.find((each) => each.status === 'rejected');
    if (failure) throw failure.reason;
  }

  private async removeRows({ table, removeBefore, keepMs }: ExpiringRows): Promise<void> {
    const { clock, logger } = this.deps;
    const removed = await removeBefore(clock.now() - keepMs);
    if (removed > 0) rowsRemoved(logger, { table, removed });
  }

  private removeBlobs({ keepMs, ...blobs }: ExpiringBlobs): Promise<void> {
    const { clock, logger } = this.deps;
    return removeOldBlobs({ ...blobs, writtenBefore: clock.now() - keepMs }, logger);
  }
}
