import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { defenderAnswerSchema, type DefenderAnswer } from '../defender/DefenderAnswer';
import type { DefenderQuery } from '../defender/DefenderQuery';
import { queryKey } from '../defender/endpoints';
import { parseJson } from '../json/parseJson';
import type { BlobContainer } from '../storage/BlobContainer';
import { readBlob } from '../storage/readBlob';
import { conditionOf } from '../storage/storageErrors';
import { withContainer } from '../storage/withContainer';
import { cacheTrouble } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import type { AnswerCache, CachedAnswer } from './AnswerCache';
import { LruCache } from './LruCache';
import { SingleFlight } from './SingleFlight';

export interface BlobAnswerCacheDeps {
  /** Container `answers`. */
  readonly container: BlobContainer;
  readonly tenantId: string;
  readonly logger: Logger;
}

/** What the process keeps in memory; the bytes are those of the answers as JSON. */
const MEMORY = { entries: 2_000, bytes: 32 * 1024 * 1024 } as const;
/** The caller can go on without it, so the wait is short. */
const TIMEOUT_MS = 3_000;
const MAX_JSON_BYTES = 64 * 1024 * 1024;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

const metadataSchema = z.object({
  fetchedat: z.iso.datetime().transform((at) => Date.parse(at)),
});

interface Stored extends CachedAnswer {
  readonly bytes: number;
}

/** Answers as gzip JSON in blobs `<endpoint>/<hash of tenant and query>.json.gz`, the last used also in memory. */
export class BlobAnswerCache implements AnswerCache {
  private readonly recent = new LruCache<CachedAnswer>(MEMORY);
  private readonly reads = new SingleFlight<Stored | null>();

  constructor(private readonly deps: BlobAnswerCacheDeps) {}

  async get(
    query: DefenderQuery,
    isFresh: (cached: CachedAnswer) => boolean,
  ): Promise<CachedAnswer | null> {
    const name = this.nameOf(query);
    const recent = this.recent.get(name);
    if (recent && isFresh(recent)) return recent;

    const stored = await this.reads.run(name, () => this.read(name, query));
    if (!stored || stored.fetchedAt < (recent?.fetchedAt ?? 0)) return null;
    const { answer, fetchedAt, bytes } = stored;
    this.recent.set(name, { answer, fetchedAt }, bytes);
    return isFresh(stored) ? { answer, fetchedAt } : null;
  }

  async put(query: DefenderQuery, answer: DefenderAnswer, fetchedAt: number): Promise<void> {
    const name = this.nameOf(query);
    const json = Buffer.from(JSON.stringify(answer));
    this.recent.set(name, { answer, fetchedAt }, json.byteLength);
    try {
      const bytes = await pack(json);
      const { client } = this.deps.container;
      await withContainer(client, () =>
        client.getBlockBlobClient(name).upload(bytes, bytes.byteLength, {
          abortSignal: AbortSignal.timeout(TIMEOUT_MS),
          blobHTTPHeaders: { blobContentType: 'application/json', blobContentEncoding: 'gzip' },
          metadata: {
            fetchedAt: new Date(fetchedAt).toISOString(),
            status: String(answer.status),
          },
        }),
      );
    } catch (error) {
      this.trouble('put', query, error);
    }
  }

  private async read(name: string, query: DefenderQuery): Promise<Stored | null> {
    try {
      const blob = await readBlob(this.deps.container.client, name, TIMEOUT_MS);
      if (!blob) return null;
      const json = await unpack(blob.bytes, { maxOutputLength: MAX_JSON_BYTES });
      return {
        answer: defenderAnswerSchema.parse(parseJson(json.toString('utf8'))),
        fetchedAt: metadataSchema.parse(blob.metadata).fetchedat,
        bytes: json.byteLength,
      };
    } catch (error) {
      this.trouble('get', query, error);
      return null;
    }
  }

  private trouble(operation: 'get' | 'put', { endpoint }: DefenderQuery, error: unknown): void {
    cacheTrouble(this.deps.logger, { operation, endpoint, condition: conditionOf(error) });
  }

  private nameOf(query: DefenderQuery): string {
    const hash = createHash('sha256').update(`${this.deps.tenantId} ${queryKey(query)}`);
    return `${query.endpoint}/${hash.digest('hex')}.json.gz`;
  }
}
