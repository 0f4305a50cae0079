import type { QuarantineSource } from '../messaging/Quarantine';
import type { Arrival } from './Arrival';

/** Application property that names the sender of a payload over HTTP: payloads of two callers are never one request. */
export const INGEST_CALLER = 'ingestCaller';

/** How a message came, the same at every delivery of it: what its request is known by. */
export function arrivalOf(source: QuarantineSource): Arrival {
  const { queue, messageId, sequenceNumber, enqueuedAt, correlationId } = source;
  const ingestCaller = source.applicationProperties[INGEST_CALLER];
  return {
    channel: 'queue',
    replyTo: 'queue',
    messageId,
    correlationId: correlationId ?? messageId,
    receivedAt: enqueuedAt,
    arrivalId:
      messageId === null
        ? ['sequence', queue, sequenceNumber, String(enqueuedAt)]
        : ['message', messageId],
    ingestCaller: typeof ingestCaller === 'string' ? ingestCaller : null,
  };
}
