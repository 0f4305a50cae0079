import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import { fitRecord, type FitRecordOptions } from '../records/fitRecord';
import { MAX_MESSAGE_BYTES } from '../messaging/messageSize';
import { asItIs } from '../records/toOutputMessage';

/** An answer has 10 MB at most; what comes beside its records or machines has room in half a megabyte. */
export const MAX_CONTENT_BYTES = 9.5 * 1024 * 1024;

interface Entry {
  record: EnrichmentRecord;
  bytes: number;
  isShort: boolean;
}

/**
 * The records of one HTTP answer of 10 MB, as they come: whole as long as they fit together; else the largest are
 * shortened, as for the output queue and to an equal share of the answer at most, until they do. So memory holds no more.
 */
export class AnswerRecords {
  private readonly entries: Entry[] = [];
  private readonly maxBytes: number;
  private total = 0;

  /** `count`: how many there will be at most. */
  constructor(
    count: number,
    private readonly options: FitRecordOptions,
  ) {
    this.maxBytes = Math.min(MAX_MESSAGE_BYTES, Math.floor(MAX_CONTENT_BYTES / count));
  }

  /** @throws {StorageUnavailableError} */
  async add(record: EnrichmentRecord): Promise<void> {
    const bytes = sizeOf(record);
    this.entries.push({ record, bytes, isShort: false });
    this.total += bytes;
    while (this.total > MAX_CONTENT_BYTES) {
      const whole = this.entries.filter(({ isShort }) => !isShort);
      const [largest] = whole.toSorted((a, b) => b.bytes - a.bytes);
      if (!largest) return;
      await this.shorten(largest);
    }
  }

  /** In the order of the request. */
  list(): readonly EnrichmentRecord[] {
    return this.entries
      .map(({ record }) => record)
      .toSorted((a, b) => a.request.position - b.request.position);
  }

  private async shorten(entry: Entry): Promise<void> {
    entry.isShort = true;
    this.total -= entry.bytes;
    const { record } = await fitRecord(entry.record, { ...this.options, maxBytes: this.maxBytes });
    entry.record = record;
    entry.bytes = sizeOf(record);
    this.total += entry.bytes;
  }
}

const sizeOf = (body: object): number => Buffer.byteLength(JSON.stringify(body)) + 1;

/** One record as a single answer, in the shape that the options name. @throws {StorageUnavailableError} */
export async function answerRecord(
  record: EnrichmentRecord,
  options: FitRecordOptions,
): Promise<object> {
  const { project = asItIs } = options;
  const body = project(record);
  if (sizeOf(body) <= MAX_CONTENT_BYTES) return body;
  const { record: fitted } = await fitRecord(record, options);
  return project(fitted);
}
