import type { BlobOptions, BlobStore } from '../../../shared/storage/BlobStore';

/** Write-once blobs in memory, held to the same contract as the real ones. */
export class MemoryBlobStore implements BlobStore {
  readonly blobs = new Map<string, Buffer>();
  readonly options = new Map<string, BlobOptions>();

  constructor(readonly container = 'memory') {}

  async create(name: string, bytes: Buffer, options: BlobOptions): Promise<'created' | 'exists'> {
    if (this.blobs.has(name)) return 'exists';
    this.blobs.set(name, Buffer.from(bytes));
    this.options.set(name, options);
    return 'created';
  }

  async read(name: string): Promise<Buffer | null> {
    const bytes = this.blobs.get(name);
    return bytes ? Buffer.from(bytes) : null;
  }

  async list(prefix: string): Promise<readonly string[]> {
    return [...this.blobs.keys()].filter((name) => name.startsWith(prefix));
  }

  async delete(name: string): Promise<void> {
    this.blobs.delete(name);
  }
}
