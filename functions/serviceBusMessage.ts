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
const instant = z.union([z.string(), z.date()]).transform((at) => new Date(at).getTime());
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const metadataSchema = z.object({
  messageId: coercedText.catch(''),
  correlationId: coercedText.nullable().catch(null),
  enqueuedTimeUtc: instant.pipe(z.number()),
  sequenceNumber: coercedText.catch(''),
  deliveryCount: z.number().catch(1),
  applicationProperties: z.record(z.string(), z.unknown()).catch({}),
});

/** Reads body and metadata of a queue trigger. @throws {z.ZodError} no enqueued time: not a Service Bus message. */
export function readDeliveredMessage(
  body: unknown,
  { triggerMetadata }: InvocationContext,
): DeliveredMessage {
  const metadata = metadataSchema.parse(triggerMetadata);
  return {
    body: toBytes(body),
    messageId: metadata.messageId,
    correlationId: metadata.correlationId === '' ? null : metadata.correlationId,
    enqueuedAt: metadata.enqueuedTimeUtc,
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
