import type { Machine } from '../defender/DefenderAnswer';
import { candidatesOf, idOf, isLive, type Candidate, type MatchedBy } from './candidates';
import { askedAt, type Lookup } from '../lookups/Lookup';
import type { Progress } from '../calls/Progress';
import { strongMatches } from './strongMatches';

/** How a machine was found, as the record tells it. */
export interface Match {
  readonly by: MatchedBy;
  /** The value that Defender was asked for. */
  readonly via: string;
  /** `findByIp` only: the asked time (ISO 8601), and how far either way Defender looked. */
  readonly at?: string;
  readonly windowMinutes?: number;
  /** `strong` = safe to act on. */
  readonly strength: 'strong' | 'weak';
}

export interface MatchedMachine {
  readonly machine: Machine;
  readonly match: Match;
  /** In service under this id: not merged away, onboarded, and, when matched by name, not inactive. */
  readonly isLive: boolean;
}

/** learn.microsoft.com/defender-endpoint/api/find-machines-by-ip, read 2026-10: 15 minutes before and after. */
const FIND_BY_IP_WINDOW_MINUTES = 15;

/** Every machine the answers hold, each once; the best matches first, then live ones, then the newest seen. */
export function matchMachines(lookup: Lookup, progress: Progress): readonly MatchedMachine[] {
  const candidates = candidatesOf(lookup, progress);
  const strong = strongMatches(lookup, progress, candidates);
  const rank = (each: Candidate): number => Number(strong.has(each)) * 2 + Number(isLive(each));
  const sorted = candidates.toSorted(
    (a, b) =>
      rank(b) - rank(a) ||
      (b.machine.lastSeen ?? '').localeCompare(a.machine.lastSeen ?? '') ||
      idOf(a).localeCompare(idOf(b)),
  );
  return withoutRepeats(sorted).map((candidate) => ({
    machine: candidate.machine,
    match: toMatch(lookup, candidate, strong.has(candidate) ? 'strong' : 'weak'),
    isLive: isLive(candidate),
  }));
}

/** The first of each id, where it stood. */
function withoutRepeats(candidates: readonly Candidate[]): readonly Candidate[] {
  const first = new Map(candidates.toReversed().map((each) => [idOf(each), each]));
  return candidates.filter((each) => first.get(idOf(each)) === each);
}

function toMatch(lookup: Lookup, { by, via }: Candidate, strength: Match['strength']): Match {
  if (by !== 'findByIp') return { by, via, strength };
  const at = new Date(askedAt(lookup)).toISOString();
  return { by, via, at, windowMinutes: FIND_BY_IP_WINDOW_MINUTES, strength };
}
