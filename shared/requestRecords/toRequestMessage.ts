import { toProperties } from '../messaging/applicationProperties';
import type { OutgoingMessage } from '../messaging/QueueSender';
import type { RequestRecord } from './RequestRecord';

/** The record as a message: routing properties flat, CloudEvents 1.0 in AMQP binary mode. */
export function toRequestMessage(record: RequestRecord): OutgoingMessage {
  const { request } = record;
  const correlationId = request.correlationId ?? request.messageId;
  return {
    messageId: record.id,
    sessionId: request.id,
    ...(correlationId !== null && { correlationId }),
    contentType: 'application/json',
    subject: `request.${record.status}`,
    body: Buffer.from(JSON.stringify(record)),
    applicationProperties: propertiesOf(record),
  };
}

function propertiesOf(record: RequestRecord) {
  const { request, summary } = record;
  return toProperties({
    schemaVersion: record.schemaVersion,
    recordType: record.recordType,
    tenantId: record.tenantId,
    source: request.source,
    requestId: request.id,
    status: record.status,
    final: record.final,
    generation: record.generation,
    machineCount: summary.machineCount,
    actOnCount: summary.actOn.length,
    highestRiskScore: summary.highestRiskScore,
    cloudEvents_specversion: '1.0',
    cloudEvents_id: record.id,
    cloudEvents_source: `/tenants/${record.tenantId}/enrichment`,
    cloudEvents_type: 'mde.enrichment.request.v1',
    cloudEvents_subject: `request/${request.id}`,
    cloudEvents_time: record.completedAt ?? record.startedAt,
  });
}
