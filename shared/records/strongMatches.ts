import {
  fullNameOf,
  idOf,
  isInactive,
  isLive,
  isOnboarded,
  MAX_HOPS,
  targetOf,
  type Candidate,
} from './candidates';
import { hasGivenTime, seenAt, type Lookup } from '../lookups/Lookup';
import { answered, hasUnclearRows, hasUnreadRows, type Progress } from '../calls/Progress';

/**
 * The matches that are safe to act on. Asked by Defender's own key, every live one; by name or address the only live one,
 * and only if every other record is accounted for. None while something is missing that might be another match.
 */
export function strongMatches(
  lookup: Lookup,
  progress: Progress,
  candidates: readonly Candidate[],
): ReadonlySet<Candidate> {
  const isSound =
    isWhole(progress, candidates) && candidates.every((each) => isAsAsked(lookup, each));
  if (!isSound) return new Set();
  const live = candidates.filter(isLive);
  const isOnly = new Set(live.map(idOf)).size === 1;
  return new Set(
    live.filter((candidate) => {
      if (isOwnKey(candidate)) return true;
      if (!isOnly || !isConclusive(lookup, progress, candidate)) return false;
      return candidates.every(
        (other) =>
          isLive(other) ||
          isMergedInto(idOf(candidate), other, candidates) ||
          isExcused(other, candidate),
      );
    }),
  );
}

/** Whether every step that could bring another machine was answered, to its last row, and every merge was followed to its end. */
function isWhole(progress: Progress, candidates: readonly Candidate[]): boolean {
  const ids = new Set<string | null>(candidates.map(idOf));
  return (
    progress.every(
      (result) =>
        result.step === 'ipAlerts' ||
        (result.outcome === 'answered' && !hasUnreadRows(result) && !hasUnclearRows(result)),
    ) && candidates.map(targetOf).every((target) => target === null || ids.has(target))
  );
}

/** Whether a record bears what it was asked for by: the service's own reading of a filter or an id is not taken on trust. */
function isAsAsked({ indicator }: Lookup, candidate: Candidate): boolean {
  const { step, hops, machine } = candidate;
  if (hops > 0) return true;
  if (step === 'machine') return idOf(candidate) === indicator.value;
  if (step !== 'host' || indicator.kind !== 'host' || !indicator.isWhole) return true;
  const isFull = indicator.form === 'fullName';
  return (isFull ? fullNameOf(candidate) : machine.computerDnsName) === indicator.value;
}

const isOwnKey = ({ by }: Candidate): boolean =>
  by === 'machineId' || by === 'alert' || by === 'file';

/**
 * Whether the question was one that has a single machine for an answer. An answer from before the address was seen cannot
 * say who had it then.
 */
function isConclusive(lookup: Lookup, progress: Progress, { by, step }: Candidate): boolean {
  const { indicator, subject } = lookup;
  if (by === 'findByIp') {
    const isOlder = answered(progress).some(
      (result) => result.step === step && result.fromCache && result.calledAt < seenAt(lookup),
    );
    return hasGivenTime(subject) && !isOlder;
  }
  return step === 'host' && indicator.kind === 'host' && indicator.isWhole;
}

/** Of a record that came more than once, every version has to end there. */
function isMergedInto(
  id: string,
  candidate: Candidate,
  candidates: readonly Candidate[],
  hops = MAX_HOPS,
): boolean {
  const target = targetOf(candidate);
  if (target === null || hops === 0) return false;
  if (target === id) return true;
  const versions = candidates.filter((each) => idOf(each) === target);
  return (
    versions.length > 0 &&
    versions.every((version) => isMergedInto(id, version, candidates, hops - 1))
  );
}

/** By name, records out of service do not count. An address was shared, unless the other is an old record of this one. */
function isExcused(other: Candidate, candidate: Candidate): boolean {
  if (candidate.by === 'computerDnsName') return isInactive(other) || !isOnboarded(other);
  const name = fullNameOf(candidate);
  return name !== null && fullNameOf(other) === name;
}
