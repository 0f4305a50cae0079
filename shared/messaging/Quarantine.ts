import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Clock } from '../clock/Clock';
import { cutToBytes } from '../text/cutToBytes';
import type { BlobStore } from '../storage/BlobStore';
import { messageQuarantined } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import type { ApplicationProperties } from './applicationProperties';
import { quarantineId } from './ids';
import { MAX_MESSAGE_BYTES, messageSize } from './messageSize';
import type { OutgoingMessage, QueueSender } from './QueueSender';

/** Why something was quarantined: a stable dotted code, and words for a reader. */
export interface QuarantineReason {
  readonly code: string;
  readonly message: string;
}

/** The delivery of a message that cannot be read. `enqueuedAt` is Unix ms. */
export interface QuarantineSource {
  readonly queue: string;
  readonly messageId: string | null;
  readonly correlationId: string | null;
  readonly sequenceNumber: string;
  readonly enqueuedAt: number;
  readonly deliveryCount: number;
  readonly applicationProperties: ApplicationProperties;
}

/** The part of a lookup that quarantine looks at; all of it is kept. `receivedAt` is Unix ms. */
export interface QuarantinedLookup {
  readonly id: string;
  readonly request: {
    readonly id: string;
    readonly messageId: string | null;
    readonly correlationId: string | null;
    readonly receivedAt: number;
  };
}

export interface QuarantineDeps {
  readonly sender: QueueSender;
  /** Container `quarantine`. */
  readonly bodies: BlobStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What `toMessage` looks at; the rest is written as it is. */
interface Envelope {
  readonly id: string;
  readonly source: { readonly messageId: string | null; readonly correlationId: string | null };
}

/** Longest message of a reason, in characters. */
const MAX_REASON_LENGTH = 1024;
/** Of an id that came with a message this much is kept. */
const MAX_ID_BYTES = 1024;
/** Of the properties that came with a message this much is kept. */
const MAX_PROPERTY_BYTES = 32 * 1024;

const NO_BODY = { body: null, bodyEncoding: null, bodyBlob: null, bodySha256: null } as const;

/**
 * Where input goes that cannot be used, to be looked at and replayed. Ids are functions of the input, so a repeated
 * delivery leaves one message.
 */
export class Quarantine {
  constructor(private readonly deps: QuarantineDeps) {}

  /**
   * Puts a message aside that could not be read, or the entry of it that stands at `path`. A body too large for a message lies whole in container `quarantine`.
   * @throws {MessageRefusedError | BrokerUnreachableError | StorageUnavailableError} let the broker deliver it again.
   */
  async putMessage(
    body: Buffer,
    source: QuarantineSource,
    reason: QuarantineReason,
    path: string | null = null,
  ): Promise<void> {
    const { queue, sequenceNumber, messageId, enqueuedAt } = source;
    const entry = path === null ? [] : [path];
    const id = quarantineId([queue, sequenceNumber, messageId ?? '', ...entry]);
    const envelope = {
      ...this.head(id, reason),
      source: {
        queue,
        messageId,
        correlationId: source.correlationId && cutToBytes(source.correlationId, MAX_ID_BYTES),
        enqueuedAt: new Date(enqueuedAt).toISOString(),
        deliveryCount: source.deliveryCount,
        applicationProperties: firstFitting(source.applicationProperties),
      },
      ...inline(body),
      lookup: null,
    };
    const properties = { reasonCode: reason.code };
    let message = toMessage(envelope, properties);
    if (messageSize(message) > MAX_MESSAGE_BYTES) {
      await this.deps.bodies.create(id, body, { contentType: 'application/octet-stream' });
      const referring = { ...envelope, body: null, bodyBlob: id };
      message = toMessage(referring, properties);
    }
    await this.deps.sender.send([message]);
    this.report(id, reason, { queue, lookupId: null });
  }

  /**
   * Puts a lookup aside that ended without an answer; `recordId` is its record's. One too large for a message lies whole in
   * container `quarantine`, as JSON.
   * @throws {MessageRefusedError | BrokerUnreachableError | StorageUnavailableError} let the broker deliver it again.
   */
  async putLookup(
    lookup: QuarantinedLookup,
    recordId: string,
    reason: QuarantineReason,
  ): Promise<void> {
    const { messageId, correlationId, receivedAt, id: requestId } = lookup.request;
    const id = quarantineId([recordId]);
    const envelope = {
      ...this.head(id, reason),
      source: {
        queue: null,
        messageId,
        correlationId,
        enqueuedAt: new Date(receivedAt).toISOString(),
        deliveryCount: null,
        applicationProperties: {},
      },
      ...NO_BODY,
      lookup,
    };
    const properties = { reasonCode: reason.code, lookupId: lookup.id, requestId };
    let message = toMessage(envelope, properties);
    if (messageSize(message) > MAX_MESSAGE_BYTES) {
      const body = Buffer.from(JSON.stringify(lookup));
      await this.deps.bodies.create(id, body, { contentType: 'application/json' });
      const referring = { ...inline(body), body: null, bodyBlob: id, lookup: null };
      message = toMessage({ ...envelope, ...referring }, properties);
    }
    await this.deps.sender.send([message]);
    this.report(id, reason, { queue: null, lookupId: lookup.id });
  }

  private report(
    id: string,
    { code }: QuarantineReason,
    about: { readonly queue: string | null; readonly lookupId: string | null },
  ): void {
    messageQuarantined(this.deps.logger, { quarantineId: id, reasonCode: code, ...about });
  }

  private head(id: string, { code, message }: QuarantineReason) {
    return {
      schemaVersion: '1.0',
      recordType: 'quarantine',
      id,
      reason: { code, message: message.slice(0, MAX_REASON_LENGTH) },
      quarantinedAt: new Date(this.deps.clock.now()).toISOString(),
    };
  }
}

function inline(body: Buffer) {
  const bodyEncoding = isUtf8(body) ? 'utf8' : 'base64';
  return {
    body: body.toString(bodyEncoding),
    bodyEncoding,
    bodyBlob: null,
    bodySha256: createHash('sha256').update(body).digest('hex'),
  };
}

function toMessage(
  envelope: Envelope,
  applicationProperties: Readonly<Record<string, string>>,
): OutgoingMessage {
  const correlationId = envelope.source.correlationId ?? envelope.source.messageId;
  return {
    messageId: envelope.id,
    body: Buffer.from(JSON.stringify(envelope)),
    contentType: 'application/json',
    ...(correlationId && { correlationId }),
    applicationProperties,
  };
}

function firstFitting(properties: QuarantineSource['applicationProperties']) {
  let bytes = 0;
  return Object.fromEntries(
    Object.entries(properties).filter((property) => {
      bytes += Buffer.byteLength(JSON.stringify(property));
      return bytes <= MAX_PROPERTY_BYTES;
    }),
  );
}
