import { toProperties, type GivenProperties } from './applicationProperties';
import type { OutgoingMessage } from './QueueSender';

/** What a message says of the record that it carries. */
export interface RecordEnvelope {
  readonly record: { readonly id: string; readonly tenantId: string };
  readonly request: {
    readonly id: string;
    readonly correlationId: string | null;
    readonly messageId: string | null;
  };
  readonly subject: string;
  readonly body: object;
  /** Those by which consumers route. */
  readonly properties: GivenProperties;
  /** CloudEvents 1.0: `type` without its prefix and version, the subject, an ISO time. */
  readonly event: { readonly type: string; readonly subject: string; readonly time: string };
}

/** A record as a message: routing properties flat, CloudEvents 1.0 in AMQP binary mode. */
export function toRecordMessage(envelope: RecordEnvelope): OutgoingMessage {
  const { record, request, subject, body, properties, event } = envelope;
  const correlationId = request.correlationId ?? request.messageId;
  return {
    messageId: record.id,
    sessionId: request.id,
    ...(correlationId !== null && { correlationId }),
    contentType: 'application/json',
    subject,
    body: Buffer.from(JSON.stringify(body)),
    applicationProperties: toProperties({
      ...properties,
      cloudEvents_specversion: '1.0',
      cloudEvents_id: record.id,
      cloudEvents_source: `/tenants/${record.tenantId}/enrichment`,
      cloudEvents_type: `mde.enrichment.${event.type}.v1`,
      cloudEvents_subject: event.subject,
      cloudEvents_time: event.time,
    }),
  };
}
