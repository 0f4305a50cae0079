import { createHash } from 'node:crypto';
import { requestRecordId } from '../messaging/ids';
import { OUTCOMES, type EnrichmentRecord } from '../records/EnrichmentRecord';
import { highest, isOpen, LEVELS } from '../records/summarise';
import { writeComment } from './comment';
import type { RequestAlert, RequestLookup, RequestMachine, RequestRecord } from './RequestRecord';
import type { RequestHead, WaitingLookup } from './RequestState';

/** What a request's record is made of: the same parts make the same record. */
export interface RequestParts {
  readonly head: RequestHead;
  readonly generation: number;
  readonly status: RequestRecord['status'];
  /** The newest record of each lookup that has one. */
  readonly records: readonly EnrichmentRecord[];
  /** The lookups without. */
  readonly waiting: readonly WaitingLookup[];
}

const MAX_ACT_ON = 100;

export function buildRequestRecord({
  head,
  generation,
  status,
  records: unsorted,
  waiting,
}: RequestParts): RequestRecord {
  const records = unsorted.toSorted((a, b) => a.request.position - b.request.position);
  const machines = machinesOf(records);
  const alerts = alertsOf(records);
  const { request, tenantId, leftOut, startedAt } = head;
  const isCompleted = status === 'completed';
  const record = {
    schemaVersion: '1.0' as const,
    recordType: 'request' as const,
    id: requestRecordId(request.id, generation),
    generation,
    status,
    final: isCompleted && records.every(({ final }) => final),
    tenantId,
    request: { ...request, done: records.length },
    summary: summarise(records, machines, alerts),
    machines,
    alerts,
    lookups: [...records.map(toEnded), ...waiting.map(toRunning)].toSorted(
      (a, b) => a.position - b.position,
    ),
    leftOut,
    truncated: null,
    startedAt,
    completedAt: isCompleted
      ? latestOf([startedAt, ...records.map((each) => each.enrichedAt)])
      : null,
  };
  return { ...record, comment: { id: commentId(request.id), ...writeComment(record) } };
}

const latestOf = (instants: readonly string[]): string => instants.toSorted().at(-1) ?? '';

function toEnded(record: EnrichmentRecord): RequestLookup {
  const { id, lookupId, generation, indicator, outcome, reason, incomplete, summary } = record;
  const { position } = record.request;
  const look = { indicator, outcome, reason, incomplete, summary };
  return { position, lookupId, recordId: id, generation, ...look };
}

function toRunning({ position, lookupId, indicator, nextAt }: WaitingLookup): RequestLookup {
  return {
    position,
    lookupId,
    recordId: null,
    generation: null,
    indicator,
    outcome: null,
    reason: null,
    incomplete: [],
    summary: null,
    notBefore: new Date(nextAt).toISOString(),
  };
}

/** Each machine once, by its strongest match; those to look at first come first. */
function machinesOf(records: readonly EnrichmentRecord[]): readonly RequestMachine[] {
  const byId = new Map<string, RequestMachine>();
  for (const { machines, request } of records) {
    for (const { machine, portalUrl, match } of machines) {
      const { by, via, strength } = match;
      const key = machine.id.toLowerCase();
      const known = byId.get(key);
      const matches = [
        ...(known?.matchedBy ?? []),
        { position: request.position, by, via, strength },
      ].toSorted((a, b) => strengthRank(a) - strengthRank(b));
      const newest = known && seenAt(known) >= (machine.lastSeen ?? '') ? known.machine : machine;
      byId.set(key, {
        machine: newest,
        portalUrl: known?.portalUrl ?? portalUrl,
        strength: matches[0]?.strength ?? strength,
        matchedBy: matches,
      });
    }
  }
  return [...byId.values()].toSorted(
    (a, b) =>
      strengthRank(a) - strengthRank(b) ||
      levelOf(b.machine.riskScore) - levelOf(a.machine.riskScore) ||
      seenAt(b).localeCompare(seenAt(a)) ||
      a.machine.id.localeCompare(b.machine.id),
  );
}

const strengthRank = ({ strength }: Pick<RequestMachine, 'strength'>): number =>
  strength === 'strong' ? 0 : 1;
const seenAt = ({ machine }: RequestMachine): string => machine.lastSeen ?? '';
const levelOf = (level: string | null | undefined): number => LEVELS.indexOf(level ?? '');

/** Each alert once, in the order of records: on a matched machine, open, newest. */
function alertsOf(records: readonly EnrichmentRecord[]): readonly RequestAlert[] {
  const byId = new Map<string, RequestAlert>();
  for (const { alerts, request } of records) {
    for (const each of alerts) {
      const known = byId.get(each.alert.id);
      byId.set(each.alert.id, {
        ...(known ?? each),
        onMatchedMachine: each.onMatchedMachine || (known?.onMatchedMachine ?? false),
        positions: [...(known?.positions ?? []), request.position],
      });
    }
  }
  return [...byId.values()].toSorted(
    (a, b) =>
      Number(b.onMatchedMachine) - Number(a.onMatchedMachine) ||
      Number(isOpen(b.alert)) - Number(isOpen(a.alert)) ||
      (b.alert.lastEventTime ?? '').localeCompare(a.alert.lastEventTime ?? '') ||
      a.alert.id.localeCompare(b.alert.id),
  );
}

function summarise(
  records: readonly EnrichmentRecord[],
  machines: readonly RequestMachine[],
  alerts: readonly RequestAlert[],
): RequestRecord['summary'] {
  const strong = machines.filter(({ strength }) => strength === 'strong');
  const decisive = strong.length > 0 ? strong : machines;
  const strongIds = new Set(strong.map(({ machine }) => machine.id.toLowerCase()));
  const onStrong = alerts.filter(({ alert }) =>
    strongIds.has(alert.machineId?.toLowerCase() ?? ''),
  );
  const telling = onStrong.length > 0 ? onStrong : alerts;
  const outcomes = OUTCOMES.map(
    (outcome) => [outcome, records.filter((each) => each.outcome === outcome).length] as const,
  );
  const actOn = records.flatMap(({ summary }) => summary.machineId ?? []);
  return {
    outcomes: Object.fromEntries(outcomes) as RequestRecord['summary']['outcomes'], // just made of them
    machineCount: machines.length,
    actOn: [...new Set(actOn)].slice(0, MAX_ACT_ON),
    ambiguous: records.some(({ summary }) => summary.ambiguous),
    highestRiskScore: highest(decisive.map(({ machine }) => machine.riskScore)),
    highestExposureLevel: highest(decisive.map(({ machine }) => machine.exposureLevel)),
    alertCount: alerts.length,
    openAlertCount: alerts.filter(({ alert }) => isOpen(alert)).length,
    highestAlertSeverity: highest(telling.map(({ alert }) => alert.severity)),
  };
}

/** RFC 9562, version 8: made of the request's id. */
function commentId(requestId: string): string {
  const hex = createHash('sha256').update(requestId).digest('hex');
  const variant = '89ab'.charAt(parseInt(hex.charAt(16), 16) % 4);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
