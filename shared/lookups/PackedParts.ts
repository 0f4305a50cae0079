import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { parseJson } from '../json/parseJson';
import type { BlobStore } from '../storage/BlobStore';
import { MalformedWorkError } from './MalformedWorkError';
import type { Packed } from './workSchema';

/** What the parts of a work message belong to. */
export interface PartOwner {
  readonly id: string;
  readonly generation: number;
}

/** Opens the parts of one message. @throws {MalformedWorkError | StorageUnavailableError} or what gunzip throws. */
export type OpenPart = (packed: Packed, part: string) => Promise<unknown>;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Larger packed values go to a blob. */
const MAX_INLINE_CHARACTERS = 24_000;
/** Of all parts of a message together. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const GZIP = { contentType: 'application/json', contentEncoding: 'gzip' } as const;

/** The parts of work messages that travel packed: in the message, or, if they are large, in blobs. */
export class PackedParts {
  /** `results`: the container of that name. */
  constructor(private readonly results: BlobStore) {}

  /** `name`: of the blob; `room`: what the message has left for it, in characters. @throws {StorageUnavailableError} */
  async close(name: string, value: object, room = MAX_INLINE_CHARACTERS): Promise<Packed> {
    const bytes = await pack(JSON.stringify(value));
    const text = bytes.toString('base64');
    if (text.length <= Math.min(room, MAX_INLINE_CHARACTERS)) return { gzip: text };
    await this.results.create(name, bytes, GZIP);
    return { blob: name };
  }

  /** Opens what is packed, up to a size for all of it together. */
  opener(owner: PartOwner): OpenPart {
    let left = MAX_UNPACKED_BYTES;
    return async (packed, part) => {
      const bytes =
        'gzip' in packed
          ? Buffer.from(packed.gzip, 'base64')
          : await this.fetch(packed.blob, owner, part);
      const json = await unpack(bytes, { maxOutputLength: Math.max(1, left) });
      left -= json.byteLength;
      return parseJson(json.toString('utf8'));
    };
  }

  private async fetch(name: string, owner: PartOwner, part: string): Promise<Buffer> {
    const isMeant = isBlobOf(name, owner, part);
    const bytes = isMeant ? await this.results.read(name) : null;
    if (bytes === null) throw new MalformedWorkError();
    return bytes;
  }
}

/** The same event sent again later, received at another time, has separate answers. `receivedAt`: Unix ms or ISO 8601. */
export const blobName = (
  { id, generation }: PartOwner,
  receivedAt: number | string,
  part: string,
): string => `work/${id}.${generation}.${new Date(receivedAt).getTime()}.${part}`;

/** Earlier versions did without the time. */
function isBlobOf(name: string, { id, generation }: PartOwner, part: string): boolean {
  const start = `work/${id}.${generation}.`;
  const isMeant = name.startsWith(start) && name.endsWith(`.${part}`);
  return isMeant && /^\d*\.?$/.test(name.slice(start.length, -part.length));
}
