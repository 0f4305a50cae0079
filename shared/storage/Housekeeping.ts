import type { ContainerClient } from '@azure/storage-blob';
import type { Clock } from '../clock/Clock';
import { blobsRemoved } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import { storageUnavailable } from './storageErrors';

/** Blobs of a container that are of no use `keepMs` after they were written. */
export interface ExpiringBlobs {
  readonly container: ContainerClient;
  readonly prefix: string;
  readonly keepMs: number;
}

export interface HousekeepingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly expiring: readonly ExpiringBlobs[];
}

/** Removes what nobody will read any more. Doing it twice, or on two instances at once, does no harm. */
export class Housekeeping {
  constructor(private readonly deps: HousekeepingDeps) {}

  /** @throws {StorageUnavailableError} the next run goes on. */
  async run(): Promise<void> {
    for (const each of this.deps.expiring) await this.removeExpired(each);
  }

  private async removeExpired({ container, prefix, keepMs }: ExpiringBlobs): Promise<void> {
    const { clock, logger } = this.deps;
    const writtenBefore = clock.now() - keepMs;
    let removed = 0;
    try {
      if (!(await container.exists())) return;
      for await (const { name, properties } of container.listBlobsFlat({ prefix })) {
        if (properties.lastModified.getTime() >= writtenBefore) continue;
        await container.getBlobClient(name).deleteIfExists();
        removed += 1;
      }
    } catch (error) {
      throw storageUnavailable(`remove old blobs of ${container.containerName}`, error);
    } finally {
      if (removed > 0)
        blobsRemoved(logger, { container: container.containerName, prefix, removed });
    }
  }
}
