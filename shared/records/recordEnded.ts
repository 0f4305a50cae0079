import type { Clock } from '../clock/Clock';
import { lookupEnded } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import type { RecentLookups } from '../telemetry/RecentLookups';
import type { EnrichmentRecord } from './EnrichmentRecord';

export interface RecordEndedDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly recent: Pick<RecentLookups, 'add'>;
}

/** A lookup has its record: notes it in the log and the list of recent lookups. */
export function recordEnded(
  { clock, logger, recent }: RecordEndedDeps,
  record: EnrichmentRecord,
): void {
  const now = clock.now();
  const ended = {
    lookupId: record.lookupId,
    generation: record.generation,
    channel: record.request.channel,
    kind: record.indicator.kind,
    outcome: record.outcome,
    reasonCode: record.reason?.code ?? null,
    machineCount: record.summary.machineCount,
    // The broker's clock may be ahead.
    tookMs: Math.max(0, now - Date.parse(record.request.receivedAt)),
  };
  lookupEnded(logger, ended);
  recent.add({ ...ended, at: new Date(now).toISOString() });
}
