import type { BlobStore } from '../storage/BlobStore';
import type { EnrichmentRecord } from './EnrichmentRecord';
import { wholeRecordPrefix } from './fitRecord';

/** The whole of a lookup's newest record that was shortened; null if there is none. @throws {StorageUnavailableError} */
export async function readWholeRecord(
  results: BlobStore,
  lookupId: string,
): Promise<EnrichmentRecord | null> {
  const prefix = wholeRecordPrefix(lookupId);
  const [newest] = (await results.list(prefix))
    .map((name) => ({ name, age: name.slice(prefix.length).split('.').map(Number) }))
    .toSorted(({ age: a }, { age: b }) => older(a[0], b[0]) || older(a[1], b[1]));
  const bytes = newest && (await results.read(newest.name));
  return bytes ? (JSON.parse(bytes.toString('utf8')) as EnrichmentRecord) : null; // written by fitRecord
}

/** What is no number is older than all. */
const older = (a = 0, b = 0): number => (b || 0) - (a || 0);
