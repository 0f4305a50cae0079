import {
  idOf,
  isInactive,
  isLive,
  isOnboarded,
  MAX_HOPS,
  targetOf,
  type Candidate,
} from './candidates';
import { fullNameOf } from '../kinds/host';
import { STEPS_WITHOUT_MACHINES } from '../kinds/kinds';
import { hasUnclearRows, hasUnreadRows, type Progress } from '../calls/Progress';

/**
 * The matches that are safe to act on. Asked by Defender's own key, every live one; by name or address the only live one,
 * and only if every other record is accounted for. None while something is missing that might be another match.
 */
export function strongMatches(
  progress: Progress,
  candidates: readonly Candidate[],
): ReadonlySet<Candidate> {
  const isSound = isWhole(progress, candidates) && candidates.every(({ isAsAsked }) => isAsAsked);
  if (!isSound) return new Set();
  const live = candidates.filter(isLive);
  const isOnly = new Set(live.map(idOf)).size === 1;
  return new Set(
    live.filter((candidate) => {
      if (candidate.strong === 'each') return true;
      if (!isOnly || candidate.strong === 'none') return false;
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
        STEPS_WITHOUT_MACHINES.has(result.step) ||
        (result.outcome === 'answered' && !hasUnreadRows(result) && !hasUnclearRows(result)),
    ) && candidates.map(targetOf).every((target) => target === null || ids.has(target))
  );
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
  const name = fullNameOf(candidate.machine);
  return name !== null && fullNameOf(other.machine) === name;
}
