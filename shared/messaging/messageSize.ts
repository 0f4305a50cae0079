import type { OutgoingMessage } from './QueueSender';

/** Standard Service Bus takes 256 KB with all headers; the rest is headroom for forwarding. */
export const MAX_MESSAGE_BYTES = 192 * 1024;

/** What the encoding adds at most: section headers, the schedule, and per text or property its type and length. */
const FIXED_BYTES = 256;
const BYTES_PER_VALUE = 10;

/** Bytes of the message as it is sent, body and properties: never less than on the wire, and a little more. */
export function messageSize(message: OutgoingMessage): number {
  const { body, messageId, contentType, correlationId, sessionId, subject } = message;
  const texts = [messageId, contentType, correlationId ?? '', sessionId ?? '', subject ?? ''];
  const properties = Object.entries(message.applicationProperties ?? {})
    .flat()
    .map(String);
  return [...texts, ...properties].reduce(
    (bytes, text) => bytes + Buffer.byteLength(text) + BYTES_PER_VALUE,
    body.byteLength + FIXED_BYTES,
  );
}
