import type { OutgoingMessage } from '../messaging/QueueSender';
import { toRecordMessage } from '../messaging/toRecordMessage';
import type { RequestRecord } from './RequestRecord';

/** The record of a request as a message. */
export function toRequestMessage(record: RequestRecord): OutgoingMessage {
  const { request, summary } = record;
  return toRecordMessage({
    record,
    request,
    subject: `request.${record.status}`,
    body: record,
    properties: {
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
    },
    event: {
      type: 'request',
      subject: `request/${request.id}`,
      time: record.completedAt ?? record.startedAt,
    },
  });
}
