import type { Alert } from '../defender/DefenderAnswer';
import { endpoints } from '../defender/endpoints';
import { recordId, type Delivery } from '../messaging/ids';
import type { EnrichmentRecord, RecordAlert } from './EnrichmentRecord';
import type { Lookup, LookupHead, Subject } from '../lookups/Lookup';
import { withTried } from './alternatives';
import { matchMachines, type MatchedMachine } from './matchMachines';
import { endingOf, incompleteSteps, type Ending } from './outcome';
import type { Reason } from '../errors/Reason';
import { answered, type AnsweredStep, type Progress } from '../calls/Progress';
import { isOpen, summarise } from './summarise';

/** What records state beyond the answers. */
export interface RecordSettings {
  /** Origin of the Defender portal for this cloud. */
  readonly portalOrigin: string;
}

export interface RecordOptions {
  readonly generation: number;
  /** Whether no further look will follow. */
  readonly final: boolean;
  /** The message of a lookup that ended before any step was asked. Default: null, for every other. */
  readonly unaskedOf?: Delivery | null;
  /** Unix ms. */
  readonly now: number;
}

/** The record of a lookup whose steps are over. */
export function buildRecord(
  lookup: Lookup,
  progress: Progress,
  settings: RecordSettings,
  options: RecordOptions & { readonly ending?: Ending },
): EnrichmentRecord {
  const matches = matchMachines(lookup, progress);
  const ending = options.ending ?? endingOf(lookup, progress, matches);
  const portalUrl = portalUrlFor(settings.portalOrigin, lookup.tenantId);
  const alerts = toRecordAlerts(progress, matches, portalUrl);
  return {
    ...recordHead({ ...lookup, subject: withTried(lookup.subject, progress) }, options),
    outcome: ending.outcome,
    reason: ending.reason,
    incomplete: incompleteSteps(progress).map(({ endpoint, outcome }) => ({
      endpoint: endpoints[endpoint].label,
      reason: outcome,
    })),
    summary: summarise(lookup, matches, alerts),
    machines: matches.map(({ machine, match }) => ({
      machine,
      match,
      portalUrl: portalUrl('machines', machine.id),
    })),
    alerts,
    evidence: answered(progress).map((step) => toEvidence(step, options.now)),
    truncated: null,
    enrichedAt: toIso(options.now),
  };
}

/** The record of a value that cannot be asked for; no call was spent on it. */
export function buildInvalidRecord(
  lookup: LookupHead,
  reason: Reason,
  options: Pick<RecordOptions, 'now'>,
): EnrichmentRecord {
  return {
    ...recordHead(lookup, { generation: 0, final: true }),
    outcome: 'invalid',
    reason,
    incomplete: [],
    summary: summarise(lookup, [], []),
    machines: [],
    alerts: [],
    evidence: [],
    truncated: null,
    enrichedAt: toIso(options.now),
  };
}

const toIso = (at: number): string => new Date(at).toISOString();

/** A call as records show it; `now` is Unix ms. */
export function toEvidence(step: AnsweredStep, now: number): EnrichmentRecord['evidence'][number] {
  const batch = step.fromCache ? undefined : step.batch;
  return {
    endpoint: endpoints[batch?.list ?? step.endpoint].label,
    status: step.answer.status,
    calledAt: toIso(step.calledAt),
    fromCache: step.fromCache,
    ageMs: step.fromCache ? Math.max(0, now - step.calledAt) : 0,
    waitedMs: step.waitedMs,
    correlationId: step.answer.correlationId,
    batch: batch ? { size: batch.size } : null,
  };
}

/** An indicator as records show it. */
export function toRecordIndicator(subject: Subject): EnrichmentRecord['indicator'] {
  const withIsoTime = <T extends { readonly observedAt: number | null }>(each: T) => ({
    ...each,
    observedAt: each.observedAt === null ? null : toIso(each.observedAt),
  });
  return {
    ...subject,
    observedAt: toIso(subject.observedAt),
    alternatives: subject.alternatives.map(withIsoTime),
    also: subject.also.map(withIsoTime),
  };
}

function recordHead(
  { id, tenantId, request, position, of, subject }: LookupHead,
  { generation, final, unaskedOf = null }: Omit<RecordOptions, 'now'>,
) {
  return {
    schemaVersion: '1.0' as const,
    recordType: 'lookup' as const,
    id: recordId(id, generation, unaskedOf),
    lookupId: id,
    generation,
    ...(unaskedOf && { unasked: true as const }),
    final,
    tenantId,
    request: { ...request, receivedAt: toIso(request.receivedAt), position, of },
    indicator: toRecordIndicator(subject),
  };
}

function toRecordAlerts(
  progress: Progress,
  matches: readonly MatchedMachine[],
  portalUrl: (area: 'alerts', id: string) => string,
): readonly RecordAlert[] {
  const matchedIds = new Set(matches.map(({ machine }) => machine.id));
  const onMatched = (alert: Alert): boolean =>
    alert.machineId != null && matchedIds.has(alert.machineId);
  return answered(progress)
    .flatMap(({ answer }) => answer.alerts)
    .toSorted(
      (a, b) =>
        Number(onMatched(b)) - Number(onMatched(a)) ||
        Number(isOpen(b)) - Number(isOpen(a)) ||
        (b.lastEventTime ?? '').localeCompare(a.lastEventTime ?? '') ||
        a.id.localeCompare(b.id),
    )
    .map((alert) => ({
      alert: withoutDetails(alert),
      onMatchedMachine: onMatched(alert),
      portalUrl: portalUrl('alerts', alert.id),
    }));
}

/** Evidence and comments are long, and a playbook that wants them asks for the alert itself. */
function withoutDetails(alert: Alert): Alert {
  return Object.fromEntries(
    Object.entries(alert).filter(([key]) => key !== 'evidence' && key !== 'comments'),
  ) as Alert; // two optional fields fewer
}

function portalUrlFor(origin: string, tenantId: string) {
  return (area: 'machines' | 'alerts', id: string): string =>
    `${origin}/${area}/${encodeURIComponent(id)}?tid=${encodeURIComponent(tenantId)}`;
}
