import { toProperties } from '../messaging/applicationProperties';
import type { OutgoingMessage } from '../messaging/QueueSender';
import type { EnrichmentRecord } from './EnrichmentRecord';

/** How a record is written: as it is, or in the shape of another schema that holds it. Pure. */
export type Projection = (record: EnrichmentRecord) => object;

export const asItIs: Projection = (record) => record;

/** The record as a message: routing properties flat and the same in every format, CloudEvents 1.0 in AMQP binary mode. */
export function toOutputMessage(
  record: EnrichmentRecord,
  project: Projection = asItIs,
): OutgoingMessage {
  const { request } = record;
  const correlationId = request.correlationId ?? request.messageId;
  return {
    messageId: record.id,
    sessionId: request.id,
    ...(correlationId !== null && { correlationId }),
    contentType: 'application/json',
    subject: `enrichment.${record.outcome}`,
    body: Buffer.from(JSON.stringify(project(record))),
    applicationProperties: propertiesOf(record),
  };
}

function propertiesOf(record: EnrichmentRecord) {
  const { request, indicator, summary } = record;
  return toProperties({
    schemaVersion: record.schemaVersion,
    recordType: record.recordType,
    tenantId: record.tenantId,
    source: request.source,
    requestId: request.id,
    lookupId: record.lookupId,
    generation: record.generation,
    unasked: record.unasked ?? null,
    final: record.final,
    outcome: record.outcome,
    reasonCode: record.reason?.code ?? null,
    incomplete: record.incomplete.length > 0,
    indicatorKind: indicator.kind,
    match: summary.match,
    matchStrength: summary.matchStrength,
    machineId: summary.machineId,
    machineCount: summary.machineCount,
    alertCount: summary.alertCount,
    highestRiskScore: summary.highestRiskScore,
    highestExposureLevel: summary.highestExposureLevel,
    cloudEvents_specversion: '1.0',
    cloudEvents_id: record.id,
    cloudEvents_source: `/tenants/${record.tenantId}/enrichment`,
    cloudEvents_type: 'mde.enrichment.lookup.v1',
    cloudEvents_subject: `${indicator.kind}/${indicator.kind === 'unknown' ? record.lookupId : indicator.value}`,
    cloudEvents_time: record.enrichedAt,
  });
}
