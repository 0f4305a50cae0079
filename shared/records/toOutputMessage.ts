import type { GivenProperties } from '../messaging/applicationProperties';
import type { OutgoingMessage } from '../messaging/QueueSender';
import { toRecordMessage } from '../messaging/toRecordMessage';
import type { EnrichmentRecord } from './EnrichmentRecord';

/** How a record is written: as it is, or in the shape of another schema that holds it. Pure. */
export type Projection = (record: EnrichmentRecord) => object;

export const asItIs: Projection = (record) => record;

/** The record as a message, with the same properties in every format. */
export function toOutputMessage(
  record: EnrichmentRecord,
  project: Projection = asItIs,
): OutgoingMessage {
  const { request, indicator } = record;
  const subject = indicator.kind === 'unknown' ? record.lookupId : indicator.value;
  return toRecordMessage({
    record,
    request,
    subject: `enrichment.${record.outcome}`,
    body: project(record),
    properties: propertiesOf(record),
    event: { type: 'lookup', subject: `${indicator.kind}/${subject}`, time: record.enrichedAt },
  });
}

function propertiesOf(record: EnrichmentRecord): GivenProperties {
  const { request, indicator, summary } = record;
  return {
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
  };
}
