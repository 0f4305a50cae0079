import { createHash } from 'node:crypto';
import type { BlobStore } from '../storage/BlobStore';
import type { Truncation } from './EnrichmentRecord';

export interface KeepWholeOptions {
  readonly results: BlobStore;
  readonly publicBaseUrl: string | null;
  /** How long the whole record stays readable. */
  readonly keepMs: number;
}

/** Where a whole record is stored. */
export type WholePlace = Omit<Truncation, 'machines' | 'alerts'>;

/**
 * Keeps a record that is too large for its message whole, in a write-once blob; a repeated delivery gets the first one's.
 * `id`: under which it is asked for. @throws {StorageUnavailableError}
 */
export async function keepWhole<T extends object>(
  record: T,
  {
    id,
    blob,
    madeAt,
  }: {
    readonly id: string;
    readonly blob: string;
    readonly madeAt: (record: T) => string;
  },
  { results, publicBaseUrl, keepMs }: KeepWholeOptions,
): Promise<{ readonly whole: T; readonly place: WholePlace }> {
  const bytes = Buffer.from(JSON.stringify(record));
  const kept =
    (await results.create(blob, bytes, { contentType: 'application/json' })) === 'exists'
      ? await results.read(blob)
      : null;
  const whole = kept ? (JSON.parse(kept.toString('utf8')) as T) : record; // written above
  const place = {
    url: publicBaseUrl && `${publicBaseUrl}/api/results/${id}`,
    container: 'results' as const,
    blob,
    sha256: createHash('sha256')
      .update(kept ?? bytes)
      .digest('hex'),
    expiresAt: new Date(Date.parse(madeAt(whole)) + keepMs).toISOString(),
  };
  return { whole, place };
}

/** What the names of the whole records of a lookup, or of a request, begin with. */
export const wholeRecordPrefix = (id: string): string => `records/${id}.`;

/** With every text and list that is longer cut. */
export function cut<T extends object>(record: T, most: { characters: number; entries: number }): T {
  const short = (_name: string, value: unknown): unknown =>
    typeof value === 'string'
      ? value.slice(0, most.characters)
      : Array.isArray(value)
        ? value.slice(0, most.entries)
        : value;
  return JSON.parse(JSON.stringify(record, short)) as T; // of the same shape
}
