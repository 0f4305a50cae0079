import { buildRecord } from '../../../shared/records/buildRecord';
import type { Alert, Machine } from '../../../shared/defender/DefenderAnswer';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import type { RequestParts } from '../../../shared/requestRecords/buildRequestRecord';
import { HOUR_MS } from '../../../shared/clock/durations';
import type { RequestHead, WaitingLookup } from '../../../shared/requestRecords/RequestState';
import { aLookup, anAnswer, answeredStep, machineId, NOW } from '../lookups/aLookup';

export interface RecordOf {
  readonly position?: number;
  readonly generation?: number;
  readonly final?: boolean;
  readonly machines?: readonly Machine[];
  readonly alerts?: readonly Alert[];
  /** As the record shows it. Default: the device's id. */
  readonly value?: string;
}

/** A record of one lookup of a request; without machines and alerts nothing was seen. */
export function aRecord({
  position = 1,
  generation = 0,
  final = true,
  machines = [],
  alerts = [],
  value,
}: RecordOf = {}): EnrichmentRecord {
  const id = `l_${position.toString(16).padStart(40, '0')}`;
  const lookup = aLookup('machine', machines[0]?.id ?? machineId('f'), { id, position });
  const step = answeredStep('machine', anAnswer({ machines: [...machines], alerts: [...alerts] }));
  const settings = { portalOrigin: 'https://security.microsoft.com' };
  const record = buildRecord(lookup, [step], settings, { generation, final, now: NOW });
  return value === undefined ? record : { ...record, indicator: { ...record.indicator, value } };
}

export function aHead(of: number): RequestHead {
  const { position: _, ...request } = aRecord().request;
  const receivedAt = new Date(NOW).toISOString();
  return {
    tenantId: 't1',
    request: { ...request, receivedAt, of, leftOutCount: 3 },
    format: 'plain',
    leftOut: [],
    startedAt: receivedAt,
  };
}

/** What the record of a request is made of, all of whose lookups have ended. */
export const aRequest = (records: readonly EnrichmentRecord[]): RequestParts => ({
  head: aHead(records.length),
  generation: 0,
  status: 'completed',
  records,
  waiting: [],
});

/** The wait of a lookup for its slot an hour later. */
export const aWait = (record: EnrichmentRecord): WaitingLookup => ({
  lookupId: record.lookupId,
  position: record.request.position,
  generation: 0,
  indicator: record.indicator,
  endpoint: 'machines/{id}',
  waitsFor: 'slot',
  nextAt: NOW + HOUR_MS,
});
