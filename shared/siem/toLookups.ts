import type { Lookup, LookupHead, RequestInfo, Subject } from '../enrichment/Lookup';
import { askedAt } from '../enrichment/Lookup';
import { oldestSightingAt } from '../defender/oldestSightingAt';
import type { Reason } from '../enrichment/Progress';
import { FileHash } from '../indicators/FileHash';
import type { Indicator } from '../indicators/Indicator';
import type { ParsedIndicator } from '../indicators/IndicatorProblem';
import { ipScope } from '../indicators/ipScope';
import { parseIndicator } from '../indicators/parseIndicator';
import type { IpRange } from '../indicators/parseIpRanges';
import { lookupId, requestId } from '../messaging/ids';
import type { SiemIndicator, SiemRequest } from './SiemRequest';

/** Where a request came in. Instants are Unix ms. */
export interface Arrival {
  readonly channel: 'queue' | 'http';
  readonly replyTo: 'queue' | 'request';
  readonly messageId: string | null;
  readonly correlationId: string | null;
  /** When it was enqueued, or received over HTTP. */
  readonly receivedAt: number;
  /** What tells this arrival from every other, if the sender gave no event id. */
  readonly arrivalId: readonly string[];
  /** Who put it on the queue over HTTP, as this app wrote it; null: it came by the queue alone. */
  readonly ingestCaller: string | null;
}

export interface TakeInSettings {
  readonly tenantId: string;
  readonly internalIpRanges: readonly IpRange[];
  readonly maxAgeMs: number;
}

/** A value that cannot be asked for still gets its record. */
export interface InvalidLookup {
  readonly head: LookupHead;
  readonly reason: Reason;
}

/** The distinct lookups of a request, in the order in which it names them. */
export function toLookups(
  request: SiemRequest,
  arrival: Arrival,
  settings: TakeInSettings,
): { readonly lookups: readonly Lookup[]; readonly invalid: readonly InvalidLookup[] } {
  const info = toRequestInfo(request, arrival);
  const drafts = request.indicators.map((each) => toDraft(each, info, arrival, settings));
  const distinct = [...new Map(drafts.map((draft) => [draft.head.id, draft])).values()];
  const numbered = distinct.map((draft, index) => ({
    ...draft,
    head: { ...draft.head, position: index + 1, of: distinct.length },
  }));
  const expiresAt = Math.min(arrival.receivedAt + settings.maxAgeMs, request.notAfter ?? Infinity);
  return {
    lookups: numbered.flatMap(({ head, parsed }) =>
      parsed.ok
        ? [
            {
              ...head,
              indicator: parsed.indicator,
              priority: request.priority,
              asks: 'all',
              expiresAt,
              maxAgeMs: request.maxAgeMs,
            },
          ]
        : [],
    ),
    invalid: numbered.flatMap(({ head, parsed }) =>
      parsed.ok ? [] : [{ head, reason: parsed.problem }],
    ),
  };
}

function toRequestInfo(request: SiemRequest, arrival: Arrival): RequestInfo {
  return {
    id: requestIdOf(request, arrival),
    source: sourceOf(request, arrival),
    channel: arrival.channel,
    eventId: request.eventId,
    messageId: arrival.messageId,
    correlationId: arrival.correlationId,
    receivedAt: arrival.receivedAt,
    context: request.context,
    contextCut: request.contextCut,
    ignored: [],
    leftOutCount: request.leftOut.length,
  };
}

/** An HTTP request is answered on its own: its id is a hash of a secret, and nothing else tells it apart. */
export function requestIdOf(request: SiemRequest, arrival: Arrival): string {
  const { channel, arrivalId, ingestCaller } = arrival;
  if (channel === 'http') return requestId(arrivalId, []);
  const { eventId } = request;
  const origin = eventId === null ? arrivalId : ['event', sourceOf(request, arrival), eventId];
  const caller = ingestCaller === null ? [] : ['ingest', ingestCaller];
  return requestId([...caller, ...origin], digestOf(request));
}

function sourceOf({ source }: SiemRequest, { channel }: Arrival): string {
  return source ?? (channel === 'http' ? 'http' : 'siem');
}

/** What makes two messages with one id the same request: all that changes an answer, however it was written. */
function digestOf({ indicators, context, revision, notAfter, maxAgeMs }: SiemRequest): string[] {
  return [
    JSON.stringify([revision, notAfter, maxAgeMs]),
    JSON.stringify(
      Object.entries(context)
        .map((entry) => JSON.stringify(entry))
        .sort(),
    ),
    ...indicators.flatMap((indicator) => {
      const parsed = parse(indicator);
      const value = parsed.ok ? parsed.indicator.value : indicator.text;
      return [indicator.kind, value, String(indicator.observedAt), indicator.ref ?? ''];
    }),
  ];
}

function toDraft(
  indicator: SiemIndicator,
  request: RequestInfo,
  { replyTo }: Arrival,
  { tenantId, internalIpRanges }: TakeInSettings,
): { head: LookupHead; parsed: ParsedIndicator<Indicator> | { ok: false; problem: Reason } } {
  const parsed = parse(indicator);
  const subject: Subject = {
    kind: indicator.kind,
    value: parsed.ok ? parsed.indicator.value : indicator.text,
    original: indicator.text,
    ref: indicator.ref,
    path: indicator.path,
    scope:
      parsed.ok && parsed.indicator.kind === 'ip'
        ? ipScope(parsed.indicator, internalIpRanges)
        : null,
    observedAt: indicator.observedAt ?? request.receivedAt,
    observedAtFrom: indicator.observedAtFrom ?? 'enqueued',
    observedAtGiven: null,
    zoneAssumed: false,
    alternatives: [],
    also: [],
  };
  const draft = { id: '', tenantId, request, position: 0, of: 0, subject, replyTo };
  const hasOwnTime = subject.kind === 'ip' && indicator.observedAt !== null;
  const time = hasOwnTime && parsed.ok ? [String(askedAt(draft))] : [];
  const id = lookupId([tenantId, request.id, subject.kind, subject.value, ...time]);
  return { head: { ...draft, id }, parsed: tooOld(subject, request) ?? parsed };
}

function parse({ kind, text, hashAlgorithm }: SiemIndicator): ParsedIndicator<Indicator> {
  return hashAlgorithm === null ? parseIndicator(kind, text) : FileHash.parse(text, hashAlgorithm);
}

function tooOld(
  subject: Subject,
  { receivedAt }: RequestInfo,
): { ok: false; problem: Reason } | null {
  if (subject.scope !== 'internal' || subject.observedAt >= oldestSightingAt(receivedAt))
    return null;
  const message = 'Defender knows who had an address for 30 days only, and this was seen before.';
  return { ok: false, problem: { code: 'ip.olderThan30Days', message } };
}
