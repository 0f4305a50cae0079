import { oldestSightingAt } from '../defender/oldestSightingAt';
import { ipScope } from '../indicators/ipScope';
import type { IpRange } from '../indicators/parseIpRanges';
import { KINDS } from '../kinds/kinds';
import type { Lookup, Subject } from '../lookups/Lookup';
import type { Progress } from '../calls/Progress';
import { alternativeOf } from '../calls/steps';

/** The lookup as it would be about the machines of one of its alternatives; null: none in that place. */
export function aboutAlternative(lookup: Lookup, index: number): Lookup | null {
  const other = lookup.subject.alternatives[index];
  const parsed = other && KINDS[other.kind].parse(other.value);
  if (!other || !parsed?.ok) return null;
  const { kind, value } = other;
  const scope = kind === 'ip' ? 'internal' : null;
  const observedAt = other.observedAt ?? lookup.subject.observedAt;
  const subject = { ...lookup.subject, kind, value, scope, observedAt } as const;
  return { ...lookup, indicator: parsed.indicator, subject, asks: 'machines' };
}

/** Whether Defender may know a machine by it: not by an external address, nor by one seen long ago. */
export function leadsToMachines(
  { indicator, subject, request }: Lookup,
  internalIpRanges: readonly IpRange[],
): boolean {
  return (
    indicator.kind !== 'ip' ||
    (ipScope(indicator, internalIpRanges) === 'internal' &&
      subject.observedAt >= oldestSightingAt(request.receivedAt))
  );
}

/** The subject, its alternatives marked that were asked about. */
export function withTried(subject: Subject, progress: Progress): Subject {
  const tried = new Set(progress.map(({ step }) => alternativeOf(step)?.index));
  const alternatives = subject.alternatives.map((each, index) => ({
    ...each,
    tried: tried.has(index),
  }));
  return { ...subject, alternatives };
}
