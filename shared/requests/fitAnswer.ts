import type { EnrichmentRecord } from '../enrichment/EnrichmentRecord';
import { fitRecord, type FitRecordOptions } from '../enrichment/fitRecord';

const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

/**
 * Records as they fit into one HTTP answer: whole up to 10 MB together; beyond that the largest are shortened as for
 * the output queue, until they fit. @throws {StorageUnavailableError}
 */
export async function fitAnswer(
  records: readonly EnrichmentRecord[],
  options: FitRecordOptions,
): Promise<readonly EnrichmentRecord[]> {
  const fitting = records.map((record) => ({ record, bytes: sizeOf(record) }));
  let total = fitting.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const entry of fitting.toSorted((a, b) => b.bytes - a.bytes)) {
    if (total <= MAX_ANSWER_BYTES) break;
    entry.record = await fitRecord(entry.record, options);
    total += sizeOf(entry.record) - entry.bytes;
  }
  return fitting.map(({ record }) => record);
}

const sizeOf = (record: EnrichmentRecord): number => Buffer.byteLength(JSON.stringify(record));
