import { types } from 'rhea';
import { tokenToUuid } from './lockToken';
import { MalformedMessageError } from './MalformedMessageError';
import { SECTION, type Section, splitSections } from './messageSections';
import type { NewMessage, StoredMessage } from './queueModel';
import {
  type AmqpValue,
  described,
  elementsOf,
  entriesOf,
  readValue,
  writeValue,
} from './rheaInternals';

/** A message as its sender encoded it. Only what the broker itself writes is ever decoded and encoded again. */
export interface EncodedMessage {
  readonly durable: AmqpValue;
  readonly priority: AmqpValue;
  readonly firstAcquirer: AmqpValue;
  readonly annotations: ReadonlyMap<string, AmqpValue>;
  /** Raw sections. The body includes the footer. */
  readonly properties: Buffer;
  readonly applicationProperties: Buffer;
  readonly body: Buffer;
}

/** Message properties to set or replace, for instance on abandon. */
export type PropertyChanges = ReadonlyMap<string, AmqpValue>;

const MAX_UINT = 0xffff_ffff;
const STATE_CODES = { active: 0, deferred: 1, scheduled: 2 };
const NOTHING = Buffer.alloc(0);

/**
 * Reads what was sent on a link or in a schedule request.
 * @param newMessageId the id for a message that came without, as the service gives one
 * @throws MalformedMessageError
 */
export function parseMessage(
  payload: Buffer,
  newMessageId: () => string,
): NewMessage<EncodedMessage> {
  const sections = splitSections(payload);
  const find = (code: number) => sections.find((section) => section.code === code);
  const [durable, priority, timeToLive, firstAcquirer] = elementsOf(valueOf(find(SECTION.header)));
  const annotations = entriesOf(valueOf(find(SECTION.messageAnnotations)));
  const { properties, messageId } = withMessageId(find(SECTION.properties), newMessageId);
  return {
    messageId,
    timeToLiveMs: typeof timeToLive?.value === 'number' ? timeToLive.value : Infinity,
    scheduledFor: readInstant(annotations.get('x-opt-scheduled-enqueue-time')),
    content: {
      durable: durable ?? types.wrap(null),
      priority: priority ?? types.wrap(null),
      firstAcquirer: firstAcquirer ?? types.wrap(null),
      annotations,
      properties,
      applicationProperties: find(SECTION.applicationProperties)?.raw ?? NOTHING,
      body: Buffer.concat(
        sections.filter(({ code }) => code >= SECTION.data).map(({ raw }) => raw),
      ),
    },
  };
}

/** The messages inside a batch (message format 0x80013700): one in each data section of its envelope. */
export function splitBatch(payload: Buffer): readonly Buffer[] {
  return splitSections(payload)
    .filter(({ code }) => code === SECTION.data)
    .map((section) => {
      const content = valueOf(section)?.value;
      if (!Buffer.isBuffer(content))
        throw new MalformedMessageError('a data section is not binary');
      return content;
    });
}

/** What a receiver gets: the sender's sections, with the broker's header and annotations. */
export function encodeDelivery(message: StoredMessage<EncodedMessage>): Buffer {
  const { content } = message;
  return Buffer.concat([
    encodeHeader(message),
    encodeAnnotations(message),
    content.properties,
    encodeApplicationProperties(message),
    content.body,
  ]);
}

/**
 * As `encodeDelivery`, for a message that goes out inside a reply: no delivery tag carries the lock token, so it
 * rides in the delivery annotations, where Python's client looks for it.
 */
export function encodeInReply(message: StoredMessage<EncodedMessage>): Buffer {
  const delivery = encodeDelivery(message);
  if (!message.lock) return delivery;
  const token = types.wrap_uuid(tokenToUuid(message.lock.token)) as AmqpValue;
  const annotations = new Map([['x-opt-lock-token', token]]);
  // The header comes first, the delivery annotations next.
  const header = encodeHeader(message);
  return Buffer.concat([
    header,
    encodeAnnotationSection(SECTION.deliveryAnnotations, annotations),
    delivery.subarray(header.length),
  ]);
}

export function withProperties(content: EncodedMessage, changes: PropertyChanges): EncodedMessage {
  if (changes.size === 0) return content;
  const section = splitSections(content.applicationProperties)[0];
  const entries = new Map([...entriesOf(valueOf(section)), ...changes]);
  return {
    ...content,
    applicationProperties: writeValue(
      described(SECTION.applicationProperties, types.wrap(entries)),
    ),
  };
}

function encodeHeader({ content, timeToLiveMs, deliveryCount }: StoredMessage<EncodedMessage>) {
  const timeToLive = timeToLiveMs <= MAX_UINT ? types.wrap_uint(timeToLiveMs) : null;
  const fields = [content.durable, content.priority, timeToLive, content.firstAcquirer];
  return writeValue(
    described(SECTION.header, types.wrap_list([...fields, types.wrap_uint(deliveryCount)])),
  );
}

function encodeAnnotations(message: StoredMessage<EncodedMessage>): Buffer {
  const annotations = new Map<string, AmqpValue>(message.content.annotations);
  annotations.set('x-opt-sequence-number', types.wrap_long(message.sequenceNumber));
  annotations.set('x-opt-enqueued-time', types.wrap_timestamp(message.enqueuedAt));
  annotations.set('x-opt-message-state', types.wrap_int(STATE_CODES[shownState(message)]));
  if (message.enqueuedSequenceNumber !== undefined) {
    const number = types.wrap_long(message.enqueuedSequenceNumber);
    annotations.set('x-opt-enqueue-sequence-number', number);
  }
  annotations.delete('x-opt-locked-until');
  if (message.lock) {
    annotations.set('x-opt-locked-until', types.wrap_timestamp(message.lock.until));
  }
  return encodeAnnotationSection(SECTION.messageAnnotations, annotations);
}

/** The service keeps the scheduled state of a message, even when it delivers it. */
function shownState({ state, scheduledFor }: StoredMessage<EncodedMessage>) {
  return state === 'active' && scheduledFor !== undefined ? 'scheduled' : state;
}

function encodeAnnotationSection(code: number, annotations: ReadonlyMap<string, AmqpValue>) {
  const entries = [...annotations].map(([key, value]) => [types.wrap_symbol(key), value] as const);
  return writeValue(described(code, types.wrap(new Map(entries))));
}

function encodeApplicationProperties({ content, deadLetter }: StoredMessage<EncodedMessage>) {
  const changes = new Map<string, AmqpValue>();
  if (deadLetter?.reason !== undefined) {
    changes.set('DeadLetterReason', types.wrap_string(deadLetter.reason));
  }
  if (deadLetter?.description !== undefined) {
    changes.set('DeadLetterErrorDescription', types.wrap_string(deadLetter.description));
  }
  return withProperties(content, changes).applicationProperties;
}

function valueOf(section: Section | undefined): AmqpValue | undefined {
  try {
    return section && readValue(section.value);
  } catch {
    throw new MalformedMessageError('a section cannot be decoded');
  }
}

function readInstant(timestamp: AmqpValue | undefined): number | undefined {
  return timestamp?.value instanceof Date ? timestamp.value.getTime() : undefined;
}

function withMessageId(section: Section | undefined, newMessageId: () => string) {
  // A copy: rhea shares one array between all empty lists that it decodes.
  const fields = [...elementsOf(valueOf(section))];
  const messageId = idText(fields[0]?.value);
  if (section && messageId !== undefined) return { properties: section.raw, messageId };
  const assigned = newMessageId();
  fields[0] = types.wrap_string(assigned);
  const properties = writeValue(described(SECTION.properties, types.wrap_list(fields)));
  return { properties, messageId: assigned };
}

function idText(id: unknown): string | undefined {
  if (Buffer.isBuffer(id)) return id.toString('hex');
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
