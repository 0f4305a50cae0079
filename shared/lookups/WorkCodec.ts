import type { Clock } from '../clock/Clock';
import { DAY_MS, HOUR_MS } from '../clock/durations';
import { defenderAnswerSchema } from '../defender/DefenderAnswer';
import { parseJson } from '../json/parseJson';
import { REDRIVEN } from '../messaging/DeadLetterQueue';
import { workMessageId } from '../messaging/ids';
import type { OutgoingMessage } from '../messaging/QueueSender';
import type { BlobStore } from '../storage/BlobStore';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import type { StepResult } from '../calls/Progress';
import { STEP_ENDPOINTS } from '../calls/steps';
import type { LookupWork, PublishWork, Work } from './Work';
import { MalformedWorkError } from './MalformedWorkError';
import { blobName, PackedParts, type OpenPart, type PartOwner } from './PackedParts';
import { copySchema, packedWorkSchema, publishedSchema, storedRecordSchema } from './workSchema';
import type { PackedResult, PackedWork } from './workSchema';

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

/** For a lookup and its answers together; the rest of a message of 192 KB is for its properties. */
const ROOM_BYTES = 160_000;
/** The oldest that a lookup gets by the settings, and a clock that is a little off. */
const MAX_LOOKUP_LEFT_MS = 37 * HOUR_MS;
/** No clock is that far off. */
const MAX_AHEAD_MS = DAY_MS;

/** Turns work into messages for the work queue and back; what is too large for a message is in blobs. */
export class WorkCodec {
  private readonly parts: PackedParts;

  constructor(private readonly deps: WorkCodecDeps) {
    this.parts = new PackedParts(deps.results);
  }

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
  putOff(
    delivered: DeliveredWork,
    scheduledAt: (failures: number, type: Work['type']) => number,
  ): OutgoingMessage {
    const read = this.read(delivered.body);
    const { work } = read;
    const failures = work.type === 'lookup' ? work.failures + 1 : work.hop + 1;
    return {
      ...again(read, { failures }, delivered),
      scheduledAt: scheduledAt(failures, work.type),
    };
  }

  /** The same work again at once, as the broker has given up on its message. @throws {MalformedWorkError} */
  takeBack(delivered: DeliveredWork): OutgoingMessage {
    const next = again(this.read(delivered.body), {}, delivered);
    return { ...next, applicationProperties: { [REDRIVEN]: true } };
  }

  /** The content of the message, its answers still packed. @throws {MalformedWorkError} */
  private read(body: Buffer): ReadWork {
    const json = parseJson(body.toString('utf8'));
    const { success, data: work } = packedWorkSchema.safeParse(json);
    if (!success || !this.isOurs(work)) throw new MalformedWorkError();
    return { json: json as object, work }; // or the schema would not have passed it
  }

  private isOurs(work: PackedWork): boolean {
    if (work.type !== 'lookup') return true;
    const { lookup, freshSinceAt, progress, step, ticket, batch } = work;
    const now = this.deps.clock.now();
    // The id of a batch begins with its list.
    const endpoint = batch?.split('|')[0] ?? STEP_ENDPOINTS[step];
    return (
      lookup.tenantId === this.deps.tenantId &&
      lookup.expiresAt < now + MAX_LOOKUP_LEFT_MS &&
      Math.max(lookup.request.receivedAt, freshSinceAt) < now + MAX_AHEAD_MS &&
      progress.every((each) => each.outcome !== 'answered' || each.calledAt < now + MAX_AHEAD_MS) &&
      (ticket === null ||
        (endpoint === ticket.endpoint &&
          (ticket.asOf ?? 0) < now + MAX_AHEAD_MS &&
          (ticket.slotAt ?? 0) < now + MAX_LOOKUP_LEFT_MS + MAX_AHEAD_MS))
    );
  }

  private async unpacked(work: PackedWork): Promise<Work> {
    const open = this.parts.opener(headOf(work));
    const { schemaVersion: _, ...rest } = work;
    switch (rest.type) {
      case 'lookup': {
        const progress: StepResult[] = [];
        for (const result of rest.progress) progress.push(await openResult(result, open));
        return { ...rest, progress };
      }
      case 'publish': {
        const record = publishedSchema.parse(await open(rest.record, 'publish'));
        this.checkIsMeant(record, rest);
        return { type: 'publish', hop: rest.hop, record };
      }
      case 'note': {
        const record = storedRecordSchema.parse(await open(rest.record, 'note'));
        this.checkIsMeant(record, rest);
        return { type: 'note', hop: rest.hop, record };
      }
      case 'partial': {
        const { type, requestId, receivedAt, correlationId, hop } = rest;
        return { type, requestId, receivedAt, correlationId, hop };
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

  private checkIsMeant(
    record: PublishWork['record'],
    { lookupId, generation }: { readonly lookupId: string; readonly generation: number },
  ): void {
    const isMeant = publishedAs(record) === lookupId && record.generation === generation;
    if (!isMeant || record.tenantId !== this.deps.tenantId) throw new MalformedWorkError();
  }

  private async bodyOf(work: Work) {
    switch (work.type) {
      case 'lookup':
        return this.lookupBody(work);
      case 'publish':
      case 'note': {
        const { type, hop, record } = work;
        const { generation, request } = record;
        const lookupId = publishedAs(record);
        const name = blobName({ id: lookupId, generation }, request.receivedAt, type);
        return { type, lookupId, generation, hop, record: await this.parts.close(name, record) };
      }
      case 'partial':
        return { ...work, generation: 0 };
      case 'quarantine': {
        const { type, hop, copy } = work;
        const { messageId: id, body, correlationId, applicationProperties } = copy;
        const kept = { body: body.toString('utf8'), correlationId, applicationProperties };
        const name = blobName({ id, generation: 0 }, 0, 'quarantine');
        return { type, id, generation: 0, hop, copy: await this.parts.close(name, kept) };
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
      const answer = await this.parts.close(name, result.answer, room);
      if ('gzip' in answer) room -= answer.gzip.length;
      progress.push({ ...result, answer });
    }
    return { ...work, lookup, progress };
  }
}

interface ReadWork {
  readonly json: object;
  readonly work: PackedWork;
}

/** What the id of a work message is made of. */
type Named = PartOwner & { readonly step: string; readonly hop: number };

async function openResult(result: PackedResult, open: OpenPart): Promise<StepResult> {
  if (result.outcome !== 'answered') return result;
  return { ...result, answer: defenderAnswerSchema.parse(await open(result.answer, result.step)) };
}

/** Of records of one lookup and generation that were never asked there may be several. */
const publishedAs = (record: PublishWork['record']): string =>
  record.recordType === 'request' || record.unasked ? record.id : record.lookupId;

function headOf({ generation, hop, ...work }: Identified): Named {
  switch (work.type) {
    case 'lookup':
      return { id: work.lookup.id, generation, step: work.step, hop };
    case 'publish':
    case 'note':
      return { id: work.lookupId, generation, step: work.type, hop };
    case 'partial':
      return { id: work.requestId, generation, step: 'partial', hop };
    case 'quarantine':
      return { id: work.id, generation, step: 'quarantine', hop };
  }
}

/** Of a work message, open or packed. */
type Identified = { readonly generation: number; readonly hop: number } & (
  | { readonly type: 'lookup'; readonly lookup: { readonly id: string }; readonly step: string }
  | { readonly type: 'publish' | 'note'; readonly lookupId: string }
  | { readonly type: 'partial'; readonly requestId: string }
  | { readonly type: 'quarantine'; readonly id: string }
);

function correlationIdOf(work: Work): string | null {
  switch (work.type) {
    case 'lookup':
      return work.lookup.request.correlationId;
    case 'publish':
    case 'note':
      return work.record.request.correlationId;
    case 'partial':
      return work.correlationId;
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
    messageId:
      step === 'partial' && hop === 0 ? `${id}:partial` : workMessageId(id, generation, step, hop),
    body: Buffer.from(JSON.stringify(json)),
    contentType: 'application/json',
  };
}
