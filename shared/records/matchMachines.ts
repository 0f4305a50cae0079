import type { Machine } from '../defender/DefenderAnswer';
import { candidatesOf, idOf, isLive, type Candidate } from './candidates';
import type { Match } from './EnrichmentRecord';
import type { Lookup } from '../lookups/Lookup';
import type { Progress } from '../calls/Progress';
import { strongMatches } from './strongMatches';

export interface MatchedMachine {
  readonly machine: Machine;
  readonly match: Match;
  /** In service under this id: not merged away, onboarded, and, when matched by name, not inactive. */
  readonly isLive: boolean;
}

/** Every machine the answers hold, each once; the best matches first, then live ones, then the newest seen. */
export function matchMachines(lookup: Lookup, progress: Progress): readonly MatchedMachine[] {
  const candidates = candidatesOf(lookup, progress);
  const strong = strongMatches(progress, candidates);
  const rank = (each: Candidate): number => Number(strong.has(each)) * 2 + Number(isLive(each));
  const sorted = candidates.toSorted(
    (a, b) =>
      rank(b) - rank(a) ||
      (b.machine.lastSeen ?? '').localeCompare(a.machine.lastSeen ?? '') ||
      idOf(a).localeCompare(idOf(b)),
  );
  return withoutRepeats(sorted).map((candidate) => ({
    machine: candidate.machine,
    match: toMatch(candidate, strong.has(candidate) ? 'strong' : 'weak'),
    isLive: isLive(candidate),
  }));
}

/** The first of each id, where it stood. */
function withoutRepeats(candidates: readonly Candidate[]): readonly Candidate[] {
  const first = new Map(candidates.toReversed().map((each) => [idOf(each), each]));
  return candidates.filter((each) => first.get(idOf(each)) === each);
}

function toMatch({ by, via, window }: Candidate, strength: Match['strength']): Match {
  return { by, via, ...window, strength };
}
