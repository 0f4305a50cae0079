import type { InvocationContext } from '@azure/functions';
import { z } from 'zod';

/** A delivered message as the platform hands it over, its coercions undone as far as possible. Instants are Unix ms. */
export interface DeliveredMessage {
  readonly body: Buffer;
  readonly messageId: string;
  readonly correlationId: string | null;
  readonly enqueuedAt: number;
  readonly sequenceNumber: string;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  readonly applicationProperties: Readonly<Record<string, string | number | boolean>>;
}

/** The platform turns metadata that looks like a number or a boolean into one. */
const coercedText = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** In UTC, which the platform does not say: a time without a zone would be read as local. */
const instant = z
  .union([z.string(), z.date()])
  .transform((at) =>
    Date.parse(typeof at === 'string' ? at.replace(/Z?$/, 'Z') : at.toISOString()),
  );
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** A function fired by hand gets the first instant of the calendar. */
const FIRST_ENQUEUED_AT = Date.UTC(2010, 0);

const metadataSchema = z.object({
  messageId: coercedText.catch(''),
  correlationId: coercedText.nullish().catch(null),
  enqueuedTimeUtc: instant.pipe(z.number().min(FIRST_ENQUEUED_AT)).nullable().catch(null),
  sequenceNumber: coercedText.catch(''),
  deliveryCount: z.number().catch(1),
  applicationProperties: z.record(z.string(), z.unknown()).catch({}),
});

/** Reads body and metadata of a queue trigger; `now` (Unix ms) stands in where the message was not on a queue. */
export function readDeliveredMessage(
  body: unknown,
  { triggerMetadata }: InvocationContext,
  now: number,
): DeliveredMessage {
  const metadata = metadataSchema.parse(triggerMetadata ?? {});
  return {
    body: toBytes(body),
    messageId: metadata.messageId,
    correlationId: metadata.correlationId === '' ? null : (metadata.correlationId ?? null),
    enqueuedAt: metadata.enqueuedTimeUtc ?? now,
    sequenceNumber: metadata.sequenceNumber,
    deliveryCount: metadata.deliveryCount,
    applicationProperties: Object.fromEntries(
      Object.entries(metadata.applicationProperties).flatMap(([key, value]) => {
        const { success, data } = scalar.safeParse(value);
        return success ? [[key, data]] : [];
      }),
    ),
  };
}

/** Asked for as bytes; whoever fires the function by hand sends text or JSON. */
function toBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
