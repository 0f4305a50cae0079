import type { SubjectKind } from '../indicators/Indicator';
import { KINDS } from '../kinds/kinds';
import type { Alert } from '../defender/DefenderAnswer';
import type { RecordAlert, RecordSummary } from './EnrichmentRecord';
import type { LookupHead } from '../lookups/Lookup';
import type { MatchedMachine } from './matchMachines';

/** Defender's levels of severity, risk and exposure, lowest first; the three scales agree where they meet. */
export const LEVELS: readonly string[] = [
  'UnSpecified',
  'None',
  'Informational',
  'Low',
  'Medium',
  'High',
];

export const isOpen = (alert: Alert): boolean => alert.status !== 'Resolved';

export function summarise(
  { subject }: LookupHead,
  matches: readonly MatchedMachine[],
  alerts: readonly RecordAlert[],
): RecordSummary {
  const live = matches.filter(({ isLive }) => isLive);
  const strong = matches.filter(({ match }) => match.strength === 'strong');
  const decisive = strong.length > 0 ? strong : matches;
  const [only] = live.length === 1 ? live : [];
  return {
    match: only ? 'one' : live.length > 1 ? 'many' : 'none',
    matchStrength: matches.length === 0 ? null : strong.length > 0 ? 'strong' : 'weak',
    machineId: only?.match.strength === 'strong' ? only.machine.id : null,
    machineCount: matches.length,
    ambiguous: live.length > 1 && isOfOneMachine(subject.kind),
    alertCount: alerts.length,
    openAlertCount: alerts.filter(({ alert }) => isOpen(alert)).length,
    highestAlertSeverity: highest(alerts.map(({ alert }) => alert.severity)),
    highestRiskScore: highest(decisive.map(({ machine }) => machine.riskScore)),
    highestExposureLevel: highest(decisive.map(({ machine }) => machine.exposureLevel)),
  };
}

/** Whether several machines leave open which one is meant. */
function isOfOneMachine(kind: SubjectKind): boolean {
  return kind !== 'unknown' && KINDS[kind].meansOneMachine;
}

/** A level Defender adds later ranks below all known ones. */
export function highest(levels: readonly (string | null | undefined)[]): string | null {
  return levels.reduce<string | null>(
    (best, level) =>
      level != null && (best === null || LEVELS.indexOf(level) > LEVELS.indexOf(best))
        ? level
        : best,
    null,
  );
}
