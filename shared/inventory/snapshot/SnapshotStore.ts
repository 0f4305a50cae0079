import type { Readable } from 'node:stream';
import type { BlobDownloadResponseParsed, ContainerClient } from '@azure/storage-blob';
import type { BlobContainer } from '../../storage/BlobContainer';
import { conditionOf, storageUnavailable } from '../../storage/storageErrors';
import { withContainer } from '../../storage/withContainer';
import { readLines } from './readLines';

/** For a whole file; the largest is some ten megabytes. */
const TIMEOUT_MS = 120_000;
const BLOCK_BYTES = 4 * 1024 * 1024;
const JSON_TYPE = { blobContentType: 'application/json' } as const;
/** Answers that mean "another writer was first", not "the service is down". */
const LOST_RACE = ['ConditionNotMet', 'BlobAlreadyExists', 'TargetConditionNotMet'];

export interface CopyOptions {
  readonly contentType: string;
  /** Of the bytes. */
  readonly sha256: string;
}

/** The files of snapshots in container `inventory`. Every method throws {@link StorageUnavailableError}. */
export class SnapshotStore {
  constructor(private readonly blobs: BlobContainer) {}

  /** The bytes as written; null if the file does not exist. */
  async open(path: string): Promise<Readable | null> {
    const response = await this.download(path);
    return (response?.readableStreamBody as Readable | undefined) ?? null; // on Node always a Readable
  }

  /** The lines of a gzip-packed file; null if it does not exist. */
  async lines(path: string): Promise<AsyncIterable<string> | null> {
    const packed = await this.open(path);
    return packed && linesOf(path, packed);
  }

  /** Text with the ETag that guards its replacement. */
  async readText(path: string): Promise<{ readonly text: string; readonly etag: string } | null> {
    const response = await this.download(path);
    if (!response?.readableStreamBody || response.etag === undefined) return null;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response.readableStreamBody) chunks.push(Buffer.from(chunk));
    } catch (error) {
      throw storageUnavailable(`read blob ${path}`, error);
    }
    return { text: Buffer.concat(chunks).toString('utf8'), etag: response.etag };
  }

  /** Writes the text where there is none (`etag` null), or over what was read. False: another writer was first. */
  async writeText(path: string, text: string, etag: string | null): Promise<boolean> {
    const conditions = etag === null ? { ifNoneMatch: '*' } : { ifMatch: etag };
    const bytes = Buffer.from(text);
    try {
      await withContainer(this.container, () =>
        this.container.getBlockBlobClient(path).upload(bytes, bytes.byteLength, {
          abortSignal: timeout(),
          conditions,
          blobHTTPHeaders: JSON_TYPE,
        }),
      );
      return true;
    } catch (error) {
      if (LOST_RACE.includes(conditionOf(error))) return false;
      throw storageUnavailable(`write blob ${path}`, error);
    }
  }

  /** Writes a local file, over one that is there. It is seen whole or not at all. */
  async upload(path: string, localFile: string, contentType: string): Promise<void> {
    try {
      await withContainer(this.container, () =>
        this.container.getBlockBlobClient(path).uploadFile(localFile, {
          abortSignal: timeout(),
          blockSize: BLOCK_BYTES,
          // The service allows each request only a few seconds.
          maxSingleShotSize: BLOCK_BYTES,
          blobHTTPHeaders: { blobContentType: contentType },
        }),
      );
    } catch (error) {
      throw storageUnavailable(`write blob ${path}`, error);
    }
  }

  /** Copies one file over another, and notes what is in it. */
  async copy(from: string, to: string, { contentType, sha256 }: CopyOptions): Promise<void> {
    const source = await this.open(from);
    if (!source) throw storageUnavailable(`read blob ${from}`, new Error('BlobNotFound'));
    try {
      await this.container.getBlockBlobClient(to).uploadStream(source, BLOCK_BYTES, 2, {
        abortSignal: timeout(),
        blobHTTPHeaders: { blobContentType: contentType },
        metadata: { sha256 },
      });
    } catch (error) {
      throw storageUnavailable(`write blob ${to}`, error);
    }
  }

  /** The files below `prefix`, each with what `copy` noted; null if not a copy. */
  async copiesBelow(prefix: string): Promise<ReadonlyMap<string, string | null>> {
    const options = { prefix, includeMetadata: true, abortSignal: timeout() };
    const copies = new Map<string, string | null>();
    try {
      for await (const { name, metadata } of this.container.listBlobsFlat(options)) {
        copies.set(name, metadata?.['sha256'] ?? null);
      }
      return copies;
    } catch (error) {
      throw storageUnavailable(`list blobs below ${prefix}`, error);
    }
  }

  /** None there is fine. */
  async remove(path: string): Promise<void> {
    try {
      await this.container.getBlobClient(path).deleteIfExists({ abortSignal: timeout() });
    } catch (error) {
      throw storageUnavailable(`remove blob ${path}`, error);
    }
  }

  private get container(): ContainerClient {
    return this.blobs.client;
  }

  private async download(path: string): Promise<BlobDownloadResponseParsed | null> {
    try {
      return await this.container.getBlobClient(path).download(0, undefined, {
        abortSignal: timeout(),
        maxRetryRequests: 3,
      });
    } catch (error) {
      if (['BlobNotFound', 'ContainerNotFound'].includes(conditionOf(error))) return null;
      throw storageUnavailable(`read blob ${path}`, error);
    }
  }
}

async function* linesOf(path: string, packed: Readable): AsyncGenerator<string> {
  try {
    yield* readLines(packed);
  } catch (error) {
    throw storageUnavailable(`read blob ${path}`, error);
  }
}

const timeout = (): AbortSignal => AbortSignal.timeout(TIMEOUT_MS);
