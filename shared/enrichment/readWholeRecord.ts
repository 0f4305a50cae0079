import type { BlobStore } from '../storage/BlobStore';
import type { EnrichmentRecord } from './EnrichmentRecord';
import { wholeRecordBlob } from './fitRecord';

/** The whole of a lookup's newest record that was shortened; null if there is none. @throws {StorageUnavailableError} */
export async function readWholeRecord(
  results: BlobStore,
  lookupId: string,
): Promise<EnrichmentRecord | null> {
  const prefix = wholeRecordBlob(lookupId, '');
  const generations = (await results.list(prefix))
    .map((name) => Number.parseInt(name.slice(prefix.length), 10))
    .filter((generation) => !Number.isNaN(generation));
  if (generations.length === 0) return null;
  const newest = String(Math.max(...generations));
  const bytes = await results.read(`${wholeRecordBlob(lookupId, newest)}.json`);
  return bytes && (JSON.parse(bytes.toString('utf8')) as EnrichmentRecord); // written by fitRecord
}
