import type { OutgoingMessage } from './QueueSender';

/** Standard Service Bus takes 256 KB with all headers; the rest is headroom for forwarding. */
export const MAX_MESSAGE_BYTES = 192 * 1024;

/** What the encoding adds at most: section headers, the schedule, and per text or property its type and length. */
const FIXED_BYTES = 256;
const BYTES_PER_VALUE = 10;

/** Bytes of the message as it is sent, body and properties: never less than on the wire, and a little more. */
export function messageSize(message: OutgoingMessage): number {
  const { body, messageId, contentType, correlationId, sessionId, subject } = message;
  let bytes = body.byteLength + FIXED_BYTES;
  const add = (text: string): void => {
    bytes += Buffer.byteLength(text) + BYTES_PER_VALUE;
  };
  for (const text of [messageId, contentType, correlationId, sessionId, subject]) add(text ?? '');
  for (const [name, value] of Object.entries(message.applicationProperties ?? {})) {
    add(name);
    add(String(value));
  }
  return bytes;
}
