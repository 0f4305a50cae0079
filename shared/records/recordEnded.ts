import type { Activity } from '../activity/Activity';
import type { Clock } from '../clock/Clock';
import { lookupEnded } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import { shortened } from '../text/shortened';
import type { EnrichmentRecord } from './EnrichmentRecord';

export interface RecordEndedDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly recent: Pick<Activity, 'add'>;
}

const VALUE_CHARACTERS = 24;

/** A lookup has its record: notes it in the log, and for operators, who may see what it was about. */
export function recordEnded(
  { clock, logger, recent }: RecordEndedDeps,
  record: EnrichmentRecord,
): void {
  const now = clock.now();
  const { request, indicator, outcome, reason, summary } = record;
  const ended = {
    lookupId: record.lookupId,
    generation: record.generation,
    channel: request.channel,
    kind: indicator.kind,
    outcome,
    reasonCode: reason?.code ?? null,
    machineCount: summary.machineCount,
    // The broker's clock may be ahead.
    tookMs: Math.max(0, now - Date.parse(request.receivedAt)),
  };
  lookupEnded(logger, ended);
  recent.add({
    ...ended,
    at: new Date(now).toISOString(),
    value: shortened(indicator.value, VALUE_CHARACTERS),
    match: summary.match,
  });
}
