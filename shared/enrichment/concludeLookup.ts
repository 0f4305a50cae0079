import type { IndicatorKind } from '../indicators/Indicator';
import { buildRecord, type RecordSettings } from './buildRecord';
import type { EnrichmentRecord } from './EnrichmentRecord';
import type { Lookup } from './Lookup';
import { matchMachines } from './matchMachines';
import { endingOf, type Ending } from './outcome';
import type { Progress } from './Progress';

export interface ConclusionSettings extends RecordSettings {
  readonly recheckAfterMs: number;
  readonly recheckKinds: readonly IndicatorKind[];
}

export interface LookedAt {
  readonly generation: number;
  /** A second look is always final. */
  readonly secondLook: boolean;
  /** Unix ms. */
  readonly now: number;
}

/** The record of a lookup whose steps are over; `final: false` if a second look is worth it. */
export function concludeLookup(
  lookup: Lookup,
  progress: Progress,
  settings: ConclusionSettings,
  { generation, secondLook, now }: LookedAt,
): EnrichmentRecord {
  const ending = toEnding(lookup, progress, secondLook);
  const final = secondLook || !isWorthASecondLook(lookup, ending, settings, now);
  return buildRecord(lookup, progress, settings, { generation, final, now, ending });
}

/** A second look that brings no answer repeats what the first one found. */
function toEnding(lookup: Lookup, progress: Progress, secondLook: boolean): Ending {
  const ending = endingOf(lookup, progress, matchMachines(lookup, progress));
  const isUnanswered = ['denied', 'expired', 'failed'].includes(ending.outcome);
  return secondLook && isUnanswered ? endingOf(lookup, [], []) : ending;
}

function isWorthASecondLook(
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
