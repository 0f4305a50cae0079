import { blobsRemoved } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import type { BlobContainer } from './BlobContainer';
import { storageUnavailable } from './storageErrors';

export interface OldBlobs {
  readonly container: BlobContainer;
  readonly prefix: string;
  /** Unix ms. */
  readonly writtenBefore: number;
  /** Which of them to keep. Default: none. */
  readonly keep?: (name: string) => boolean;
}

/** Removes old blobs and logs how many, even if it had to stop. @throws {StorageUnavailableError} */
export async function removeOldBlobs(
  { container, prefix, writtenBefore, keep = () => false }: OldBlobs,
  logger: Logger,
): Promise<void> {
  const { client, name: containerName } = container;
  let removed = 0;
  try {
    if (!(await client.exists())) return;
    for await (const { name, properties } of client.listBlobsFlat({ prefix })) {
      if (properties.lastModified.getTime() >= writtenBefore || keep(name)) continue;
      await client.getBlobClient(name).deleteIfExists();
      removed += 1;
    }
  } catch (error) {
    throw storageUnavailable(`remove old blobs of ${containerName}/${prefix}`, error);
  } finally {
    if (removed > 0) blobsRemoved(logger, { container: containerName, prefix, removed });
  }
}
