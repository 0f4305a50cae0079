import { buffer } from 'node:stream/consumers';
import type { ContainerClient } from '@azure/storage-blob';
import { conditionOf } from './storageErrors';

export interface ReadBlob {
  readonly bytes: Buffer;
  /** Names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The blob as it was written, in one request; null if it or its container is not there. @throws the SDK's errors. */
export async function readBlob(
  container: ContainerClient,
  name: string,
  timeoutMs: number,
): Promise<ReadBlob | null> {
  try {
    const { readableStreamBody, metadata = {} } = await container
      .getBlockBlobClient(name)
      .download(0, undefined, { abortSignal: AbortSignal.timeout(timeoutMs) });
    // Only a browser has no stream.
    const bytes = readableStreamBody ? await buffer(readableStreamBody) : Buffer.alloc(0);
    return { bytes, metadata };
  } catch (error) {
    if (['BlobNotFound', 'ContainerNotFound'].includes(conditionOf(error))) return null;
    throw error;
  }
}
