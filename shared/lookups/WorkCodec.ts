import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Clock } from '../clock/Clock';
import { DAY_MS, HOUR_MS } from '../clock/durations';
import { defenderAnswerSchema } from '../defender/DefenderAnswer';
import { AppError } from '../errors/AppError';
import { parseJson } from '../json/parseJson';
import { workMessageId } from '../messaging/ids';
import type { OutgoingMessage } from '../messaging/QueueSender';
import type { BlobStore } from '../storage/BlobStore';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { StepResult } from '../calls/Progress';
import { recordSchema } from '../records/recordSchema';
import { STEP_ENDPOINTS } from '../calls/steps';
import type { LookupWork, Work } from './Work';
import { copySchema, packedWorkSchema } from './workSchema';
import type { Packed, PackedResult, PackedWork } from './workSchema';

export interface WorkCodecDeps {
  /** Container `results`: what is too large for a message. */
  readonly results: BlobStore;
  /** The tenant that this app asks about; work about another is not its own. */
  readonly tenantId: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** A message on the work queue as it came. */
export interface DeliveredWork {
  readonly body: Buffer;
  readonly correlationId: string | null;
}

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** What is larger, packed, lies in a blob. */
const MAX_INLINE_CHARACTERS = 24_000;
/** For a lookup and its answers together; the rest of a message of 192 KB is for its properties. */
const ROOM_BYTES = 160_000;
/** Of all answers of a message together. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const GZIP = { contentType: 'application/json', contentEncoding: 'gzip' } as const;
/** The oldest that a lookup gets by the settings, and a clock that is a little off. */
const MAX_LOOKUP_LEFT_MS = 37 * HOUR_MS;
/** No clock is that far off. */
const MAX_AHEAD_MS = DAY_MS;

/** Application property of work that was taken back out of the dead letters. */
export const REDRIVEN = 'redriven';

/** A message on the work queue that is not ours, or what it refers to is gone: nothing can be done with it. */
export class MalformedWorkError extends AppError {
  override readonly name = 'MalformedWorkError';
  readonly code = 'message.notWork';

  /** Says no more, as whatever else could be said is the message's own words. */
  constructor() {
    super(
      'Cannot go on with work: the message is not from this version of the app, or what it refers to is gone',
    );
  }
}

/** Turns work into messages for the work queue and back; what is too large for a message lies in blobs. */
export class WorkCodec {
  constructor(private readonly deps: WorkCodecDeps) {}

  /** `scheduledAt` is Unix ms. @throws {StorageUnavailableError} */
  async encode(work: Work, scheduledAt: number): Promise<OutgoingMessage> {
    const body = { schemaVersion: '1.0', ...(await this.bodyOf(work)) };
    const correlationId = correlationIdOf(work);
    return {
      ...toMessage(body, headOf(body)),
      ...(correlationId !== null && { correlationId }),
      scheduledAt,
    };
  }

  /** @throws {MalformedWorkError} @throws {StorageUnavailableError} */
  async decode(body: Buffer): Promise<Work> {
    try {
      return await this.unpacked(this.read(body).work);
    } catch (error) {
      throw error instanceof StorageUnavailableError ? error : new MalformedWorkError();
    }
  }

  /**
   * The same work again without opening it, for when the storage that holds its blobs does not answer: one more
   * failure, and its ticket is gone. @throws {MalformedWorkError}
   */
  putOff(delivered: DeliveredWork, scheduledAt: (failures: number) => number): OutgoingMessage {
    const read = this.read(delivered.body);
    const { work } = read;
    const failures = work.type === 'lookup' ? work.failures + 1 : work.hop + 1;
    return { ...again(read, { failures }, delivered), scheduledAt: scheduledAt(failures) };
  }

  /** The same work again at once, as the broker has given up on its message. @throws {MalformedWorkError} */
  takeBack(delivered: DeliveredWork): OutgoingMessage {
    const next = again(this.read(delivered.body), {}, delivered);
    return { ...next, applicationProperties: { [REDRIVEN]: true } };
  }

  /** What the message says, its answers still packed. @throws {MalformedWorkError} */
  private read(body: Buffer): ReadWork {
    const json = parseJson(body.toString('utf8'));
    const { success, data: work } = packedWorkSchema.safeParse(json);
    if (!success || !this.isOurs(work)) throw new MalformedWorkError();
    return { json: json as object, work }; // or the schema would not have passed it
  }

  private isOurs(work: PackedWork): boolean {
    if (work.type !== 'lookup') return true;
    const { lookup, freshSinceAt, progress, step, ticket } = work;
    const now = this.deps.clock.now();
    return (
      lookup.tenantId === this.deps.tenantId &&
      lookup.expiresAt < now + MAX_LOOKUP_LEFT_MS &&
      Math.max(lookup.request.receivedAt, freshSinceAt) < now + MAX_AHEAD_MS &&
      progress.every((each) => each.outcome !== 'answered' || each.calledAt < now + MAX_AHEAD_MS) &&
      (ticket === null ||
        (ticket.endpoint === STEP_ENDPOINTS[step] &&
          (ticket.asOf ?? 0) < now + MAX_AHEAD_MS &&
          (ticket.slotAt ?? 0) < now + MAX_LOOKUP_LEFT_MS + MAX_AHEAD_MS))
    );
  }

  private async unpacked(work: PackedWork): Promise<Work> {
    const open = this.opener(headOf(work));
    const { schemaVersion: _, ...rest } = work;
    switch (rest.type) {
      case 'lookup': {
        const progress: StepResult[] = [];
        for (const result of rest.progress) progress.push(await openResult(result, open));
        return { ...rest, progress };
      }
      case 'publish': {
        const record = recordSchema.parse(await open(rest.record, 'publish'));
        const { generation, tenantId } = record;
        const isMeant = publishedAs(record) === rest.lookupId && generation === rest.generation;
        if (!isMeant || tenantId !== this.deps.tenantId) throw new MalformedWorkError();
        return { type: 'publish', hop: rest.hop, record };
      }
      case 'quarantine': {
        const { body, correlationId, applicationProperties } = copySchema.parse(
          await open(rest.copy, 'quarantine'),
        );
        const copy = {
          messageId: rest.id,
          body: Buffer.from(body),
          contentType: 'application/json',
          ...(correlationId !== undefined && { correlationId }),
          applicationProperties,
        };
        return { type: 'quarantine', hop: rest.hop, copy };
      }
    }
  }

  /** Opens what is packed, up to a size for all of it together. */
  private opener(head: Head): Open {
    let left = MAX_UNPACKED_BYTES;
    return async (packed, part) => {
      const bytes =
        'gzip' in packed
          ? Buffer.from(packed.gzip, 'base64')
          : await this.fetch(packed.blob, head, part);
      const json = await unpack(bytes, { maxOutputLength: Math.max(1, left) });
      left -= json.byteLength;
      return parseJson(json.toString('utf8'));
    };
  }

  private async fetch(name: string, head: Head, part: string): Promise<Buffer> {
    const isMeant = isBlobOf(name, head, part);
    const bytes = isMeant ? await this.deps.results.read(name) : null;
    if (bytes === null) throw new MalformedWorkError();
    return bytes;
  }

  private async bodyOf(work: Work) {
    switch (work.type) {
      case 'lookup':
        return this.lookupBody(work);
      case 'publish': {
        const { type, hop, record } = work;
        const { generation, request } = record;
        const lookupId = publishedAs(record);
        const name = blobName({ id: lookupId, generation }, request.receivedAt, 'publish');
        return { type, lookupId, generation, hop, record: await this.close(name, record) };
      }
      case 'quarantine': {
        const { type, hop, copy } = work;
        const { messageId: id, body, correlationId, applicationProperties } = copy;
        const kept = { body: body.toString('utf8'), correlationId, applicationProperties };
        const name = blobName({ id, generation: 0 }, 0, 'quarantine');
        return { type, id, generation: 0, hop, copy: await this.close(name, kept) };
      }
    }
  }

  private async lookupBody(work: LookupWork) {
    const { indicator: _, ...lookup } = work.lookup;
    let room = ROOM_BYTES - Buffer.byteLength(JSON.stringify(lookup));
    const head = { id: lookup.id, generation: work.generation };
    const progress: PackedResult[] = [];
    for (const result of work.progress) {
      if (result.outcome !== 'answered') {
        progress.push(result);
        continue;
      }
      const name = blobName(head, lookup.request.receivedAt, result.step);
      const answer = await this.close(name, result.answer, room);
      if ('gzip' in answer) room -= answer.gzip.length;
      progress.push({ ...result, answer });
    }
    return { ...work, lookup, progress };
  }

  private async close(name: string, value: object, room = MAX_INLINE_CHARACTERS): Promise<Packed> {
    const bytes = await pack(JSON.stringify(value));
    const text = bytes.toString('base64');
    if (text.length <= Math.min(room, MAX_INLINE_CHARACTERS)) return { gzip: text };
    await this.deps.results.create(name, bytes, GZIP);
    return { blob: name };
  }
}

interface ReadWork {
  readonly json: object;
  readonly work: PackedWork;
}

type Open = (packed: Packed, part: string) => Promise<unknown>;

/** What work messages and blobs are named after. */
interface Head {
  readonly id: string;
  readonly generation: number;
}

type Named = Head & { readonly step: string; readonly hop: number };

async function openResult(result: PackedResult, open: Open): Promise<StepResult> {
  if (result.outcome !== 'answered') return result;
  return { ...result, answer: defenderAnswerSchema.parse(await open(result.answer, result.step)) };
}

/** Of records of one lookup and generation that were never asked there may be several. */
const publishedAs = (record: EnrichmentRecord): string =>
  record.unasked ? record.id : record.lookupId;

/** The same event sent again later, received at another time, has answers of its own. */
const blobName = ({ id, generation }: Head, receivedAt: number | string, part: string): string =>
  `work/${id}.${generation}.${new Date(receivedAt).getTime()}.${part}`;

/** Earlier versions did without the time. */
function isBlobOf(name: string, { id, generation }: Head, part: string): boolean {
  const start = `work/${id}.${generation}.`;
  const isMeant = name.startsWith(start) && name.endsWith(`.${part}`);
  return isMeant && /^\d*\.?$/.test(name.slice(start.length, -part.length));
}

function headOf({ generation, hop, ...work }: Identified): Named {
  switch (work.type) {
    case 'lookup':
      return { id: work.lookup.id, generation, step: work.step, hop };
    case 'publish':
      return { id: work.lookupId, generation, step: 'publish', hop };
    case 'quarantine':
      return { id: work.id, generation, step: 'quarantine', hop };
  }
}

/** What the id of a work message is made of. */
type Identified = { readonly generation: number; readonly hop: number } & (
  | { readonly type: 'lookup'; readonly lookup: { readonly id: string }; readonly step: string }
  | { readonly type: 'publish'; readonly lookupId: string }
  | { readonly type: 'quarantine'; readonly id: string }
);

function correlationIdOf(work: Work): string | null {
  switch (work.type) {
    case 'lookup':
      return work.lookup.request.correlationId;
    case 'publish':
      return work.record.request.correlationId;
    case 'quarantine':
      return work.copy.correlationId ?? null;
  }
}

/** Its next hop: the ticket is gone. */
function again(
  { json, work }: ReadWork,
  changes: { readonly failures?: number },
  { correlationId }: DeliveredWork,
): OutgoingMessage {
  const hop = work.hop + 1;
  const next = { ...json, hop, ...(work.type === 'lookup' && { ...changes, ticket: null }) };
  return {
    ...toMessage(next, { ...headOf(work), hop }),
    ...(correlationId !== null && { correlationId }),
  };
}

function toMessage(json: object, { id, generation, step, hop }: Named): OutgoingMessage {
  return {
    messageId: workMessageId(id, generation, step, hop),
    body: Buffer.from(JSON.stringify(json)),
    contentType: 'application/json',
  };
}
