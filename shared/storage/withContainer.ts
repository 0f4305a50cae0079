import type { ContainerClient } from '@azure/storage-blob';
import { conditionOf } from './storageErrors';

/** Writes to a container that may not be there yet: then it is made, and the write repeated. */
export async function withContainer<T>(
  client: ContainerClient,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (conditionOf(error) !== 'ContainerNotFound') throw error;
    await client.createIfNotExists();
    return write();
  }
}
