import type { BlobStore } from '../storage/BlobStore';
import type { RequestRecord } from '../requestRecords/RequestRecord';
import type { EnrichmentRecord } from './EnrichmentRecord';
import { wholeRecordPrefix } from './keepWhole';

/** The whole of the newest shortened record of a lookup or a request; null if there is none. @throws {StorageUnavailableError} */
export async function readWholeRecord(
  results: BlobStore,
  id: string,
): Promise<EnrichmentRecord | RequestRecord | null> {
  const prefix = wholeRecordPrefix(id);
  const [newest] = (await results.list(prefix))
    .map((name) => ({ name, order: name.slice(prefix.length).split('.').map(Number) }))
    .toSorted(
      ({ order: a }, { order: b }) =>
        descending(a[0], b[0]) || descending(a[1], b[1]) || descending(a[2], b[2]),
    );
  const bytes = newest && (await results.read(newest.name));
  return bytes ? (JSON.parse(bytes.toString('utf8')) as EnrichmentRecord | RequestRecord) : null; // written by keepWhole
}

/** A part that is missing or not a number, as in the names of older versions, comes last. */
const descending = (a = 0, b = 0): number => (b || 0) - (a || 0);
