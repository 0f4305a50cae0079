import type { InvocationContext } from '@azure/functions';
import { z } from 'zod';
import {
  exactProperties,
  type ApplicationProperties,
} from '../../shared/messaging/applicationProperties';

/** A delivered message as the platform hands it over. Instants are Unix ms. */
export interface DeliveredMessage {
  readonly body: Buffer;
  /** As it was sent; null: it had none, or the platform has made a number of it. */
  readonly messageId: string | null;
  /** As `messageId`. */
  readonly correlationId: string | null;
  readonly enqueuedAt: number;
  readonly sequenceNumber: string;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  readonly applicationProperties: ApplicationProperties;
}

/**
 * The platform reads text that looks like JSON: `…875` and `…876` become one number, `1e3` becomes 1000. The original
 * is lost, so only what is still text counts.
 */
const exactText = z.string().min(1).nullable().catch(null);
/** In UTC, which the platform does not always state: a time without a zone would be read as local. */
const instant = z
  .union([z.string(), z.date()])
  .transform((at) =>
    Date.parse(
      typeof at === 'string' ? at.replace(/(?<!Z|[+-]\d\d:\d\d)$/, 'Z') : at.toISOString(),
    ),
  );

/** A function fired by hand gets the first instant of the calendar. */
const FIRST_ENQUEUED_AT = Date.UTC(2010, 0);

const metadataSchema = z.object({
  messageId: exactText,
  correlationId: exactText,
  enqueuedTimeUtc: instant.pipe(z.number().min(FIRST_ENQUEUED_AT)).nullable().catch(null),
  /** A number on the broker too. */
  sequenceNumber: z.union([z.string(), z.number()]).transform(String).catch(''),
  deliveryCount: z.number().catch(1),
  applicationProperties: z.record(z.string(), z.unknown()).catch({}),
});

/** Reads body and metadata of a queue trigger; `now` (Unix ms) is the default for a message that was not on a queue. */
export function readDeliveredMessage(
  body: unknown,
  { triggerMetadata }: InvocationContext,
  now: number,
): DeliveredMessage {
  const metadata = metadataSchema.parse(triggerMetadata ?? {});
  return {
    body: toBytes(body),
    messageId: metadata.messageId,
    correlationId: metadata.correlationId,
    enqueuedAt: metadata.enqueuedTimeUtc ?? now,
    sequenceNumber: metadata.sequenceNumber,
    deliveryCount: metadata.deliveryCount,
    applicationProperties: exactProperties(metadata.applicationProperties),
  };
}

/** Bound as bytes; a manual trigger sends text or JSON. */
function toBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body);
  const isText = typeof body === 'string' || typeof body === 'number';
  return Buffer.from(isText ? String(body) : JSON.stringify(body));
}
