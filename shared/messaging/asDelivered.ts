import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { exactProperties } from './applicationProperties';
import { idAsDelivered } from './idAsDelivered';
import type { QuarantineSource } from './Quarantine';

/** What a delivery of a message by the platform is: its body, and how it came. */
export interface AsDelivered {
  readonly body: Buffer;
  readonly source: QuarantineSource;
}

/** A message that was received or looked at, as its deliveries have it. `now` (Unix ms): if it bears no time. */
export function asDelivered(
  message: ServiceBusReceivedMessage,
  queue: string,
  now: number,
): AsDelivered {
  const { messageId, correlationId } = message;
  return {
    body: toBytes(message.body),
    source: {
      queue,
      messageId: idAsDelivered(messageId),
      correlationId: idAsDelivered(correlationId),
      sequenceNumber: String(originalNumberOf(message)),
      enqueuedAt: message.enqueuedTimeUtc?.getTime() ?? now,
      deliveryCount: message.deliveryCount ?? 0,
      applicationProperties: exactProperties(message.applicationProperties ?? {}),
    },
  };
}

/** A value or sequence body is its text, else the JSON of it: a JMS text message is its text. */
function toBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null));
}

/** If the broker moved it and gave it a new number, it names the old one; 0: it did not. */
function originalNumberOf({
  enqueuedSequenceNumber,
  sequenceNumber,
}: ServiceBusReceivedMessage): unknown {
  return (enqueuedSequenceNumber ?? 0) > 0 ? enqueuedSequenceNumber : sequenceNumber;
}
