import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { LookupHead } from './Lookup';

/** Where lookups of asynchronous HTTP requests report to. */
export interface RequestResults {
  /** The lookup's record is there; a second time changes nothing. @throws {StorageUnavailableError} */
  complete(record: EnrichmentRecord): Promise<void>;
  /** The lookup continues at `until` (Unix ms). Never fails: at worst the next poll comes too early. */
  postponed(lookup: LookupHead, resumeAt: number): Promise<void>;
}
