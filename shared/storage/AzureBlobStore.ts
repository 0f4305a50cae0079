import type { ContainerClient } from '@azure/storage-blob';
import type { BlobContainer } from './BlobContainer';
import type { BlobOptions, BlobStore } from './BlobStore';
import { readBlob } from './readBlob';
import { withContainer } from './withContainer';
import { conditionOf, storageUnavailable } from './storageErrors';

/** For each operation, all tries together. */
const TIMEOUT_MS = 30_000;

/** Blobs of one container of Azure Storage. */
export class AzureBlobStore implements BlobStore {
  constructor(private readonly blobs: BlobContainer) {}

  get container(): string {
    return this.blobs.name;
  }

  async create(
    name: string,
    bytes: Buffer,
    { contentType, contentEncoding }: BlobOptions,
  ): Promise<'created' | 'exists'> {
    try {
      await withContainer(this.client, () =>
        this.client.getBlockBlobClient(name).upload(bytes, bytes.byteLength, {
          abortSignal: AbortSignal.timeout(TIMEOUT_MS),
          conditions: { ifNoneMatch: '*' },
          blobHTTPHeaders: {
            blobContentType: contentType,
            ...(contentEncoding && { blobContentEncoding: contentEncoding }),
          },
        }),
      );
      return 'created';
    } catch (error) {
      if (conditionOf(error) === 'BlobAlreadyExists') return 'exists';
      throw storageUnavailable(`write blob ${this.container}/${name}`, error);
    }
  }

  async read(name: string): Promise<Buffer | null> {
    try {
      return (await readBlob(this.client, name, TIMEOUT_MS))?.bytes ?? null;
    } catch (error) {
      throw storageUnavailable(`read blob ${this.container}/${name}`, error);
    }
  }

  async list(prefix: string): Promise<readonly string[]> {
    const names: string[] = [];
    try {
      const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
      for await (const { name } of this.client.listBlobsFlat({ prefix, abortSignal })) {
        names.push(name);
      }
      return names;
    } catch (error) {
      if (conditionOf(error) === 'ContainerNotFound') return [];
      throw storageUnavailable(`list blobs ${this.container}/${prefix}`, error);
    }
  }

  async delete(name: string): Promise<void> {
    try {
      await this.client
        .getBlockBlobClient(name)
        .deleteIfExists({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      if (conditionOf(error) === 'ContainerNotFound') return;
      throw storageUnavailable(`delete blob ${this.container}/${name}`, error);
    }
  }

  private get client(): ContainerClient {
    return this.blobs.client;
  }
}
