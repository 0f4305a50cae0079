import { oldestSightingAt } from '../defender/oldestSightingAt';
import { onGrid, type LookupHead, type RequestInfo, type Subject } from '../lookups/Lookup';
import type { Reason } from '../errors/Reason';
import type { Indicator } from '../indicators/Indicator';
import { refusal, type ParsedIndicator } from '../indicators/IndicatorProblem';
import { ipScope } from '../indicators/ipScope';
import { ANY_KIND, KINDS } from '../kinds/kinds';
import { lookupId } from '../messaging/ids';
import { cutToBytes } from '../text/cutToBytes';
import { isUsable } from './readTime';
import type { SiemAlternative, SiemIndicator } from './SiemRequest';
import type { Arrival, TakeInSettings } from './Arrival';

/** Of a text that a record hands back. */
export const MAX_TEXT_BYTES = 1024;
const MAX_ALSO = 20;
const MAX_SHOWN_CHARACTERS = 256;
const UNRECOGNISED = refusal(
  'indicator.unrecognised',
  `Not recognisable as an ${ANY_KIND}. Send one value under a key that says what it is, such as {"ip": "10.1.2.3"}.`,
);

/** An entry on its way to a lookup, not yet numbered. */
export interface Draft {
  readonly head: LookupHead;
  readonly parsed: ParsedIndicator<Indicator> | { readonly ok: false; readonly problem: Reason };
  /** As the entry gave it, if it can be used (Unix ms). */
  readonly observedAt: number | null;
}

export function toDraft(
  indicator: SiemIndicator,
  request: RequestInfo,
  { replyTo }: Arrival,
  { tenantId, internalIpRanges }: TakeInSettings,
): Draft {
  const { text, ref, path, time } = indicator;
  const parsed = parse(indicator);
  const used = time && isUsable(time.at, request.receivedAt) ? time : null;
  const subject: Subject = {
    kind: indicator.kind,
    value: parsed.ok ? parsed.indicator.value : shownValue(text),
    original: cutToBytes(text, MAX_TEXT_BYTES),
    ref: ref && cutToBytes(ref, MAX_TEXT_BYTES),
    path,
    scope:
      parsed.ok && parsed.indicator.kind === 'ip'
        ? ipScope(parsed.indicator, internalIpRanges)
        : null,
    observedAt: used?.at ?? request.receivedAt,
    observedAtFrom: used?.from ?? 'enqueued',
    observedAtGiven: time && !used ? time.text.slice(0, MAX_SHOWN_CHARACTERS) : null,
    zoneAssumed: used?.zoneAssumed ?? false,
    alternatives: indicator.alternatives.map((each) => toAlternative(each, request)),
    also: [],
  };
  const value = parsed.ok ? parsed.indicator.value : text;
  const id = lookupId([
    tenantId,
    request.id,
    subject.kind,
    value,
    ...cellOf(indicator),
    ...refOf(ref),
  ]);
  const head = { id, tenantId, request, position: 0, of: 0, subject, replyTo };
  return { head, parsed: tooOld(subject, request) ?? parsed, observedAt: used?.at ?? null };
}

function toAlternative(
  { kind, value, path, time }: SiemAlternative,
  { receivedAt }: RequestInfo,
): Subject['alternatives'][number] {
  const observedAt = time && isUsable(time.at, receivedAt) ? time.at : null;
  return { kind, value, path, observedAt, tried: false };
}

/** The time that an IP is said to have been seen, even one that cannot be: it is the same whenever the message comes. */
function cellOf({ kind, time }: SiemIndicator): readonly string[] {
  return kind === 'ip' && time?.at != null ? [String(onGrid(time.at))] : [];
}

const refOf = (ref: string | null): readonly string[] => (ref === null ? [] : ['ref', ref]);

/** Equal entries are one lookup, about the first that can be asked for; it names the others. */
export function toOne(equal: readonly [Draft, ...Draft[]]): Draft {
  const best = equal.reduce((a, b) => (doubtsOf(b) < doubtsOf(a) ? b : a));
  const others = equal.filter((draft) => draft !== best);
  const also = others.slice(0, MAX_ALSO).map(({ head: { subject }, observedAt }) => ({
    path: subject.path,
    original: subject.original,
    observedAt,
  }));
  return { ...best, head: { ...best.head, subject: { ...best.head.subject, also } } };
}

function doubtsOf({ parsed, head }: Draft): number {
  return parsed.ok ? Number(head.subject.zoneAssumed) : 2;
}

/** Of a value that cannot be asked for. */
function shownValue(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '').slice(0, MAX_SHOWN_CHARACTERS);
}

export function parse({ kind, text, hashAlgorithm }: SiemIndicator): ParsedIndicator<Indicator> {
  return kind === 'unknown' ? UNRECOGNISED : KINDS[kind].parse(text, hashAlgorithm ?? '');
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
