import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { inTurns } from '../../clock/inTurns';
import type { Machine } from '../../defender/DefenderAnswer';
import type { BlobStore } from '../../storage/BlobStore';
import type { PageReading } from '../walk/readings';
import type { WalkState } from '../walk/Walk';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** A page is 25 MB at most. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;
const NEWLINE = 10;
/** Pages are read once or twice and then removed. */
const FAST = 1;

/** Where a walk stands after a page. */
export interface PageHead {
  readonly state: WalkState;
  /** `$filter` as configured when the walk began. */
  readonly filterText: string | null;
  /** Of all pages so far. */
  readonly totals: WalkTotals;
}

export interface WalkTotals {
  readonly pages: number;
  readonly calls: number;
  readonly throttled: number;
}

export const NO_TOTALS: WalkTotals = { pages: 0, calls: 0, throttled: 0 };

export const addCalls = (
  totals: WalkTotals,
  { calls, throttled }: Pick<WalkTotals, 'calls' | 'throttled'>,
): WalkTotals => ({
  ...totals,
  calls: totals.calls + calls,
  throttled: totals.throttled + throttled,
});

export interface PageContent {
  readonly reading: PageReading | null;
  readonly machines: readonly Machine[];
}

const NO_CONTENT: PageContent = { reading: null, machines: [] };

export interface StoredPage {
  readonly head: PageHead;
  /** Null for an unavailable page. */
  reading(): PageReading | null;
  /** One machine each, as JSON. */
  rows(): Iterable<string>;
}

/**
 * Pages as they were read, write-once and private to their run: the head on the first line, where its rows stood on the
 * second, then one machine a line.
 */
export class PageStore {
  constructor(private readonly blobs: BlobStore) {}

  /** The page that is stored under this number, be it this or an earlier one. @throws {StorageUnavailableError} */
  async put(
    runId: string,
    seq: number,
    head: PageHead,
    { reading, machines }: PageContent = NO_CONTENT,
  ): Promise<PageHead> {
    const bytes = await pack(await toLines([head, reading, ...machines]), { level: FAST });
    const options = { contentType: 'application/x-ndjson', contentEncoding: 'gzip' } as const;
    const outcome = await this.blobs.create(nameOf(runId, seq), bytes, options);
    if (outcome === 'created') return head;
    return (await this.read(runId, seq))?.head ?? head;
  }

  /** @throws {StorageUnavailableError} */
  async read(runId: string, seq: number): Promise<StoredPage | null> {
    const bytes = await this.blobs.read(nameOf(runId, seq));
    if (!bytes) return null;
    const text = await unpack(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
    const headEnd = text.indexOf(NEWLINE);
    const readingEnd = text.indexOf(NEWLINE, headEnd + 1);
    // Both written by put.
    return {
      head: JSON.parse(text.toString('utf8', 0, headEnd)) as PageHead,
      reading: () =>
        JSON.parse(text.toString('utf8', headEnd + 1, readingEnd)) as PageReading | null,
      rows: () => lines(text, readingEnd + 1),
    };
  }

  /** Of the pages before `seq`; null if one of them is gone. @throws {StorageUnavailableError} */
  async readings(runId: string, before: number): Promise<PageReading[] | null> {
    const found: PageReading[] = [];
    for (let seq = 0; seq < before; seq++) {
      const page = await this.read(runId, seq);
      if (!page) return null;
      const reading = page.reading();
      if (reading) found.push(reading);
    }
    return found;
  }
}

/** With the version of the format, so that no page is taken for what it is not. */
const nameOf = (runId: string, seq: number): string =>
  `work/${runId}/${String(seq).padStart(5, '0')}.v2.ndjson.gz`;

/** Built piece by piece: one string of a whole page would be large, and twice so in memory. */
async function toLines(lines: readonly unknown[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const [, line] of inTurns(lines)) {
    pieces.push(Buffer.from(`${JSON.stringify(line)}\n`));
  }
  return Buffer.concat(pieces);
}

function* lines(text: Buffer, from: number): Generator<string> {
  for (let start = from; start < text.length;) {
    const end = text.indexOf(NEWLINE, start);
    yield text.toString('utf8', start, end);
    start = end + 1;
  }
}
