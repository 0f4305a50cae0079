import type { EnrichmentRecord } from '../enrichment/EnrichmentRecord';
import { fitRecord, type FitRecordOptions } from '../enrichment/fitRecord';
import { MAX_MESSAGE_BYTES } from '../messaging/messageSize';

export const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

/**
 * Records as they fit into one HTTP answer of 10 MB: whole as long as they fit together; else the largest are shortened,
 * as for the output queue and to an equal share of the answer at most, until they do. @throws {StorageUnavailableError}
 */
export async function fitAnswer(
  records: readonly EnrichmentRecord[],
  options: FitRecordOptions,
): Promise<readonly EnrichmentRecord[]> {
  const fitting = records.map((record) => ({ record, bytes: sizeOf(record) }));
  let total = fitting.reduce((sum, { bytes }) => sum + bytes, 0);
  const share = Math.floor(MAX_ANSWER_BYTES / records.length);
  const maxBytes = Math.min(MAX_MESSAGE_BYTES, share);
  for (const entry of fitting.toSorted((a, b) => b.bytes - a.bytes)) {
    if (total <= MAX_ANSWER_BYTES) break;
    const { record } = await fitRecord(entry.record, { ...options, maxBytes });
    entry.record = record;
    total += sizeOf(entry.record) - entry.bytes;
  }
  return fitting.map(({ record }) => record);
}

const sizeOf = (record: EnrichmentRecord): number => Buffer.byteLength(JSON.stringify(record)) + 1;
