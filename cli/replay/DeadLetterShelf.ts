import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { exactProperties } from '../../shared/messaging/applicationProperties';
import { placeOf, type Copy, type Entry, type Shelf } from './Shelf';

/** Of Service Bus. */
const MAX_ID_LENGTH = 128;
/** Set by the broker on each dead-lettering. */
const BROKER_PROPERTIES = ['DeadLetterReason', 'DeadLetterErrorDescription'];

/** The dead letters of a queue, which go back to that queue as they are. */
export class DeadLetterShelf implements Shelf {
  readonly name: string;

  constructor(private readonly queue: string) {
    this.name = `${queue}/$deadletterqueue`;
  }

  async toEntry(message: ServiceBusReceivedMessage): Promise<Entry> {
    const { deadLetterReason, applicationProperties = {} } = message;
    const place = placeOf(message);
    const { requestId, lookupId } = applicationProperties;
    return {
      ...place,
      reasonCode: deadLetterReason ?? 'unknown',
      requestId: typeof requestId === 'string' ? requestId : null,
      lookupId: typeof lookupId === 'string' ? lookupId : null,
      lookup: null,
      generation: 0,
      cameAs: place.id,
      stuck: Buffer.isBuffer(message.body) ? null : 'its body is not made of bytes',
    };
  }

  async copyOf(message: ServiceBusReceivedMessage, entry: Entry): Promise<Copy> {
    const { contentType, correlationId, sessionId, subject } = message;
    const properties = exactProperties(message.applicationProperties ?? {});
    const kept = Object.entries(properties).filter(([name]) => !BROKER_PROPERTIES.includes(name));
    const messageId = newIdOf(entry);
    return {
      queue: this.queue,
      returnsAs: messageId,
      message: {
        messageId,
        body: message.body as Buffer, // or it would be stuck
        contentType: contentType ?? 'application/octet-stream',
        ...(correlationId !== undefined && { correlationId: String(correlationId) }),
        ...(sessionId !== undefined && { sessionId }),
        ...(subject !== undefined && { subject }),
        applicationProperties: Object.fromEntries(kept),
      },
    };
  }
}

/** A new id, as duplicate detection would drop the old one; stable for the same dead letter. */
function newIdOf({ id, sequenceNumber }: Entry): string {
  const suffix = `:replay-${sequenceNumber}`;
  return `${id.slice(0, MAX_ID_LENGTH - suffix.length)}${suffix}`;
}
