import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { defenderAnswerSchema, type DefenderAnswer } from '../defender/DefenderAnswer';
import { AppError } from '../errors/AppError';
import { workMessageId } from '../messaging/ids';
import type { OutgoingMessage } from '../messaging/QueueSender';
import type { BlobStore } from '../storage/BlobStore';
import type { EnrichmentRecord } from './EnrichmentRecord';
import type { StepResult } from './Progress';
import type { Work } from './Work';
import { packedWorkSchema, type PackedResult } from './workSchema';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** The answers of all steps and the lookup itself stay below 192 KB together. */
const MAX_INLINE_CHARACTERS = 120_000;
const MAX_INLINE_EACH = 24_000;
const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;
const GZIP = { contentType: 'application/json', contentEncoding: 'gzip' } as const;

/** Application property of work that was taken back out of the dead letters. */
export const REDRIVEN = 'redriven';

/** A message on the work queue that is not ours, or whose answers are gone: nothing can be done with it. */
export class MalformedWorkError extends AppError {
  override readonly name = 'MalformedWorkError';
  readonly code = 'message.notWork';
}

type Packed = { readonly gzip: string } | { readonly blob: string };

/** Turns work into messages for the work queue and back; what is too large for a message lies in blobs. */
export class WorkCodec {
  constructor(private readonly results: BlobStore) {}

  /** `scheduledAt` is Unix ms. @throws {StorageUnavailableError} */
  async encode(work: Work, scheduledAt: number): Promise<OutgoingMessage> {
    const { id, generation, step, correlationId, body } = await this.toBody(work);
    return {
      messageId: workMessageId(id, generation, step, work.hop),
      body: Buffer.from(JSON.stringify({ schemaVersion: '1.0', ...body })),
      contentType: 'application/json',
      ...(correlationId !== null && { correlationId }),
      scheduledAt,
    };
  }

  /** @throws {MalformedWorkError} @throws {StorageUnavailableError} */
  async decode(body: Buffer): Promise<Work> {
    const packed = parseWork(parseJson(body));
    if (packed.type === 'publish') {
      const record = JSON.parse(await this.open(packed.record)) as EnrichmentRecord; // written by encode
      return { type: 'publish', hop: packed.hop, record };
    }
    const progress = await Promise.all(packed.progress.map((result) => this.openResult(result)));
    const { schemaVersion: _, ...work } = packed;
    return { ...work, progress };
  }

  /**
   * The same work again without opening it, for when the storage that holds its blobs does not answer: one more
   * failure, and its ticket is gone. @throws {MalformedWorkError}
   */
  putOff(body: Buffer, scheduledAt: (attempt: number) => number): OutgoingMessage {
    const json = parseJson(body);
    const work = parseWork(json);
    const attempt = work.type === 'lookup' ? work.attempt + 1 : work.hop + 1;
    return { ...again(json, work, { attempt }), scheduledAt: scheduledAt(attempt) };
  }

  /** The same work again at once, as the broker has given up on its message. @throws {MalformedWorkError} */
  takeBack(body: Buffer): OutgoingMessage {
    const json = parseJson(body);
    return { ...again(json, parseWork(json), {}), applicationProperties: { [REDRIVEN]: true } };
  }

  private async toBody(work: Work) {
    if (work.type === 'publish') {
      const { record, hop } = work;
      const { generation, request } = record;
      // Of records of one lookup and generation that were never asked there may be several.
      const id = record.unasked ? record.id : record.lookupId;
      const name = workBlob(id, generation, Date.parse(request.receivedAt), 'publish');
      return {
        id,
        generation,
        step: 'publish',
        correlationId: record.request.correlationId,
        body: {
          type: 'publish',
          lookupId: id,
          generation,
          hop,
          record: await this.close(name, record),
        },
      };
    }
    const { lookup, generation, step } = work;
    const { indicator: _, ...plainLookup } = lookup;
    return {
      id: lookup.id,
      generation,
      step,
      correlationId: lookup.request.correlationId,
      body: { ...work, lookup: plainLookup, progress: await this.closeAll(work) },
    };
  }

  private closeAll({ lookup, generation, progress }: Extract<Work, { type: 'lookup' }>) {
    const share = Math.min(MAX_INLINE_EACH, MAX_INLINE_CHARACTERS / progress.length);
    return Promise.all(
      progress.map(async (result) => {
        if (result.outcome !== 'answered') return result;
        const name = workBlob(lookup.id, generation, lookup.request.receivedAt, result.step);
        return { ...result, answer: await this.close(name, result.answer, share) };
      }),
    );
  }

  private async close(
    name: string,
    value: DefenderAnswer | EnrichmentRecord,
    maxCharacters = MAX_INLINE_EACH,
  ): Promise<Packed> {
    const bytes = await pack(JSON.stringify(value));
    const text = bytes.toString('base64');
    if (text.length <= maxCharacters) return { gzip: text };
    await this.results.create(name, bytes, GZIP);
    return { blob: name };
  }

  private async openResult(result: PackedResult): Promise<StepResult> {
    if (result.outcome !== 'answered') return result;
    return {
      ...result,
      answer: defenderAnswerSchema.parse(JSON.parse(await this.open(result.answer))),
    };
  }

  private async open(packed: Packed): Promise<string> {
    const bytes =
      'gzip' in packed ? Buffer.from(packed.gzip, 'base64') : await this.results.read(packed.blob);
    if (bytes === null) throw new MalformedWorkError('Cannot go on with work: its blob is gone');
    return (await unpack(bytes, { maxOutputLength: MAX_UNPACKED_BYTES })).toString('utf8');
  }
}

/** Its next hop: the ticket is gone. */
function again(
  json: Record<string, unknown>,
  work: z.infer<typeof packedWorkSchema>,
  changes: { readonly attempt?: number },
): OutgoingMessage {
  const isLookup = work.type === 'lookup';
  const [id, step] = isLookup ? [work.lookup.id, work.step] : [work.lookupId, 'publish'];
  const hop = work.hop + 1;
  const next = { ...json, hop, ...(isLookup && { ...changes, ticket: null }) };
  return {
    messageId: workMessageId(id, work.generation, step, hop),
    body: Buffer.from(JSON.stringify(next)),
    contentType: 'application/json',
  };
}

/** The same event sent again later, received at another time, has answers of its own. */
function workBlob(id: string, generation: number, receivedAt: number, what: string): string {
  return `work/${id}.${generation}.${receivedAt}.${what}`;
}

function parseJson(body: Buffer): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(body.toString('utf8')));
  } catch {
    throw new MalformedWorkError('Cannot go on with work: the message is not JSON');
  }
}

function parseWork(json: Record<string, unknown>): z.infer<typeof packedWorkSchema> {
  const { success, data } = packedWorkSchema.safeParse(json);
  if (success) return data;
  throw new MalformedWorkError('Cannot go on with work: the message is not from this version');
}
