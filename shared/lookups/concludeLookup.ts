import type { IndicatorKind } from '../indicators/Indicator';
import type { Delivery } from '../messaging/ids';
import { buildRecord, type RecordSettings } from '../records/buildRecord';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { Lookup } from './Lookup';
import { matchMachines } from '../records/matchMachines';
import { endingOf, notSeen, type Ending } from '../records/outcome';
import type { Progress, StepResult } from '../calls/Progress';

export interface ConclusionSettings extends RecordSettings {
  readonly recheckAfterMs: number;
  readonly recheckKinds: readonly IndicatorKind[];
}

export interface Conclusion {
  readonly generation: number;
  /** A recheck is always final. */
  readonly isRecheck: boolean;
  /** The message that brought a lookup just taken in. Default: null, for work and for HTTP. */
  readonly delivery?: Delivery | null;
  /** Unix ms. */
  readonly now: number;
}

/** The record of a lookup whose steps are over; `final: false` if a recheck is worth it. */
export function concludeLookup(
  lookup: Lookup,
  progress: Progress,
  settings: ConclusionSettings,
  { generation, isRecheck, delivery = null, now }: Conclusion,
): EnrichmentRecord {
  const ending = toEnding(lookup, progress, isRecheck);
  const final = isRecheck || !isWorthARecheck(lookup, ending, settings, now);
  const unaskedOf = isUnasked(progress) ? delivery : null;
  return buildRecord(lookup, progress, settings, { generation, final, unaskedOf, now, ending });
}

/** No slot in time, or no right to ask: the calendar alone has decided. */
function isUnasked(progress: Progress): boolean {
  const isCut = ({ outcome }: StepResult) => outcome === 'expired' || outcome === 'denied';
  return progress.length > 0 && progress.every(isCut);
}

/** A recheck that brings no answer repeats what the first one found. */
function toEnding(lookup: Lookup, progress: Progress, isRecheck: boolean): Ending {
  const ending = endingOf(lookup, progress, matchMachines(lookup, progress));
  const isUnanswered = ['denied', 'expired', 'failed'].includes(ending.outcome);
  return isRecheck && isUnanswered ? notSeen(lookup, progress) : ending;
}

function isWorthARecheck(
  { subject, indicator, request, expiresAt }: Lookup,
  { outcome }: Ending,
  { recheckAfterMs, recheckKinds }: ConclusionSettings,
  now: number,
): boolean {
  const seenAt = subject.observedAtFrom === 'enqueued' ? request.receivedAt : subject.observedAt;
  return (
    outcome === 'notSeen' &&
    recheckKinds.includes(indicator.kind) &&
    now - seenAt < recheckAfterMs &&
    now + recheckAfterMs < expiresAt
  );
}
