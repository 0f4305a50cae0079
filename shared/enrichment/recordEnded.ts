import type { Logger } from '../telemetry/Logger';
import { lookupEnded } from '../telemetry/events';
import type { EnrichmentRecord } from './EnrichmentRecord';

/** Logs that a lookup has its record; `now` is Unix ms. */
export function recordEnded(logger: Logger, record: EnrichmentRecord, now: number): void {
  lookupEnded(logger, {
    lookupId: record.lookupId,
    generation: record.generation,
    channel: record.request.channel,
    kind: record.indicator.kind,
    outcome: record.outcome,
    reasonCode: record.reason?.code ?? null,
    machineCount: record.summary.machineCount,
    tookMs: now - Date.parse(record.request.receivedAt),
  });
}
