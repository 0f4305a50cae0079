import type { Ignored, Lookup, LookupHead, RequestInfo } from '../lookups/Lookup';
import type { Reason } from '../errors/Reason';
import { requestId } from '../messaging/ids';
import { cutToBytes } from '../text/cutToBytes';
import { MAX_TEXT_BYTES, parse, toDraft, toOne, type Draft } from './lookupDrafts';
import { isUsable } from './readTime';
import type { SiemRequest } from './SiemRequest';
import type { Arrival, TakeInSettings } from './Arrival';

const MAX_IGNORED = 20;

/** A value that cannot be asked for still gets its record. */
export interface InvalidLookup {
  readonly head: LookupHead;
  readonly reason: Reason;
}

export interface TakenIn {
  /** What each of its lookups states about the request. */
  readonly info: RequestInfo;
  readonly lookups: readonly Lookup[];
  readonly invalid: readonly InvalidLookup[];
}

/** The distinct lookups of a request, in the order in which it names them. */
export function toLookups(
  request: SiemRequest,
  arrival: Arrival,
  settings: TakeInSettings,
): TakenIn {
  const info = toRequestInfo(request, arrival);
  const drafts = request.indicators.map((each) => toDraft(each, info, arrival, settings));
  const distinct = groupsOf(drafts).map(toOne);
  const numbered = distinct.map((draft, index) => ({
    ...draft,
    head: { ...draft.head, position: index + 1, of: distinct.length },
  }));
  const expiresAt = Math.min(arrival.receivedAt + settings.maxAgeMs, request.notAfter ?? Infinity);
  const { priority, maxAgeMs } = request;
  const common = { priority, asks: 'all', expiresAt, maxAgeMs } as const;
  return {
    info,
    lookups: numbered.flatMap(({ head, parsed }) =>
      parsed.ok ? [{ ...head, indicator: parsed.indicator, ...common }] : [],
    ),
    invalid: numbered.flatMap(({ head, parsed }) =>
      parsed.ok ? [] : [{ head, reason: parsed.problem }],
    ),
  };
}

function groupsOf(drafts: readonly Draft[]): readonly (readonly [Draft, ...Draft[]])[] {
  const byId = new Map<string, [Draft, ...Draft[]]>();
  for (const draft of drafts) {
    const equal = byId.get(draft.head.id);
    if (equal) equal.push(draft);
    else byId.set(draft.head.id, [draft]);
  }
  return [...byId.values()];
}

function toRequestInfo(request: SiemRequest, arrival: Arrival): RequestInfo {
  return {
    id: requestIdOf(request, arrival),
    source: short(sourceOf(request, arrival)),
    channel: arrival.channel,
    eventId: request.eventId && short(request.eventId),
    messageId: arrival.messageId && short(arrival.messageId),
    correlationId: arrival.correlationId && short(arrival.correlationId),
    receivedAt: arrival.receivedAt,
    context: request.context,
    contextCut: request.contextCut,
    ignored: ignoredOf(request, arrival),
    leftOutCount: request.leftOutCount,
  };
}

const short = (text: string): string => cutToBytes(text, MAX_TEXT_BYTES);

/** An HTTP request is answered separately: it is identified only by its id, a hash of a secret. */
export function requestIdOf(request: SiemRequest, arrival: Arrival): string {
  const { channel, arrivalId, ingestCaller } = arrival;
  if (channel === 'http') return requestId(arrivalId, []);
  const { eventId, entryPath } = request;
  const event = eventId === null ? arrivalId : ['event', sourceOf(request, arrival), eventId];
  const origin = entryPath === '' ? event : [...event, 'entry', entryPath];
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
      const { at = null, zoneAssumed = false } = indicator.time ?? {};
      const time = zoneAssumed ? `${at} UTC?` : String(at);
      const problem = parsed.ok ? [] : [parsed.problem.code];
      const others = indicator.alternatives.map((each) => `${each.kind} ${each.value}`);
      return [indicator.kind, value, time, indicator.ref ?? '', ...problem, ...others];
    }),
  ];
}

/** The fields that the reader could not use, and the times that cannot be. */
function ignoredOf(
  { ignored, indicators }: SiemRequest,
  { receivedAt }: Arrival,
): readonly Ignored[] {
  const times = indicators.flatMap(({ time }): Ignored[] => {
    if (!time || isUsable(time.at, receivedAt)) return [];
    return [{ path: time.path, code: time.at === null ? 'time.malformed' : 'time.implausible' }];
  });
  const byPath = new Map([...ignored, ...times].map((each) => [each.path, each]));
  return [...byPath.values()].slice(0, MAX_IGNORED);
}
