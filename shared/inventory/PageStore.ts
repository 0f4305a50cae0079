import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Machine } from '../defender/DefenderAnswer';
import type { BlobStore } from '../storage/BlobStore';
import type { TailRow } from './overlap';
import type { WalkState } from './Walk';

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
  readonly machines: number;
  readonly calls: number;
  readonly throttled: number;
}

export const NO_TOTALS: WalkTotals = { pages: 0, machines: 0, calls: 0, throttled: 0 };

export interface StoredPage {
  readonly head: PageHead;
  /** One machine each, as JSON. */
  rows(): Iterable<string>;
}

/** Pages as they were read, write-once and private to their run: the head on the first line, then one machine a line. */
export class PageStore {
  constructor(private readonly blobs: BlobStore) {}

  /** The page that is stored under this number, be it this or an earlier one. @throws {StorageUnavailableError} */
  async put(
    runId: string,
    seq: number,
    head: PageHead,
    machines: readonly Machine[],
  ): Promise<PageHead> {
    const bytes = await pack(toLines(head, machines), { level: FAST });
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
    return {
      head: JSON.parse(text.toString('utf8', 0, headEnd)) as PageHead, // written by put
      rows: () => lines(text, headEnd + 1),
    };
  }
}

/** A machine as far as the walk looks at it. */
export function tailRowOf(machine: Machine): TailRow {
  const digest = createHash('sha1').update(JSON.stringify(machine)).digest('base64').slice(0, 12);
  const seenAt = Date.parse(machine.lastSeen ?? '');
  return { id: machine.id, digest, seenAt: Number.isNaN(seenAt) ? null : seenAt };
}

const nameOf = (runId: string, seq: number): string =>
  `work/${runId}/${String(seq).padStart(5, '0')}.ndjson.gz`;

/** Built piece by piece: one string of a whole page would be large, and twice so in memory. */
function toLines(head: PageHead, machines: readonly Machine[]): Buffer {
  return Buffer.concat([head, ...machines].map((line) => Buffer.from(`${JSON.stringify(line)}\n`)));
}

function* lines(text: Buffer, from: number): Generator<string> {
  for (let start = from; start < text.length;) {
    const end = text.indexOf(NEWLINE, start);
    yield text.toString('utf8', start, end);
    start = end + 1;
  }
}
