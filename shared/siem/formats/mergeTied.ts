import type { GivenTime } from '../SiemRequest';
import { valueOf, type Candidate } from './Candidate';
import { identityOf, inOrder } from './deviceEvidence';
import { digestsInOrder } from './fileEvidence';

/** Values that mean one thing to look up, the most precise first. */
export interface Tied {
  readonly of: 'device' | 'file' | 'single';
  readonly candidates: readonly Candidate[];
  readonly time: GivenTime | null;
}

/**
 * All that an event states about one machine or file, in any field, is one lookup. An address that one of its machines
 * has at that time is that machine.
 */
export function mergeTied(tied: readonly Tied[]): readonly Tied[] {
  const idsByName = defenderIdsByName(tied);
  const groups: Tied[] = [];
  const groupByKey = new Map<string, number>();
  for (const each of tied) {
    const keys = keysOf(each, idsByName);
    const known = keys.map((key) => groupByKey.get(key)).find((group) => group !== undefined);
    const group = known ?? groups.length;
    groups[group] = merge(groups[group], each);
    for (const key of keys) if (!groupByKey.has(key)) groupByKey.set(key, group);
  }
  const borne = new Set(groups.filter(({ of }) => of === 'device').flatMap(sightingsOf));
  return groups.filter(
    (each) => each.of !== 'single' || !sightingsOf(each).some((at) => borne.has(at)),
  );
}

const IN_ORDER: Readonly<
  Record<Tied['of'], (candidates: readonly Candidate[]) => readonly Candidate[]>
> = { device: inOrder, file: digestsInOrder, single: (candidates) => candidates };

function merge(known: Tied | undefined, { of, candidates, time }: Tied): Tied {
  // A value counts once, where it stood first.
  const byValue = new Map<string, Candidate>();
  for (const each of [...(known?.candidates ?? []), ...candidates]) {
    if (!byValue.has(keyOf(each))) byValue.set(keyOf(each), each);
  }
  const distinct = [...byValue.values()];
  return { of, candidates: IN_ORDER[of](distinct), time: known ? known.time : time };
}

/** A name may be borne by several machines, if they have different ids; it then ties nothing. */
function defenderIdsByName(tied: readonly Tied[]): ReadonlyMap<string, ReadonlySet<string>> {
  const idsByName = new Map<string, Set<string>>();
  for (const { candidates } of tied.filter(({ of }) => of === 'device')) {
    const { defenderId, names } = identityOf(candidates);
    for (const name of defenderId === null ? [] : names) {
      idsByName.set(name, (idsByName.get(name) ?? new Set()).add(defenderId ?? ''));
    }
  }
  return idsByName;
}

/** Two with a key in common are one. */
function keysOf(
  { of, candidates, time }: Tied,
  idsByName: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  if (of === 'file') return candidates.map(keyOf);
  if (of === 'single') return candidates.map((each) => `${keyOf(each)} ${time?.at} ${each.path}`);
  const { defenderId, names } = identityOf(candidates);
  const telling = names.filter((name) => (idsByName.get(name)?.size ?? 0) <= 1);
  const keys = [
    ...(defenderId === null ? [] : [`machine ${defenderId}`]),
    ...telling.map((name) => `host ${name}`),
  ];
  return keys.length > 0 ? keys : candidates.slice(0, 1).map((each) => `${keyOf(each)} device`);
}

const keyOf = (candidate: Candidate): string => `${candidate.kind} ${valueOf(candidate)}`;

/** Its addresses, each with the time at which it bore them. */
const sightingsOf = ({ candidates, time }: Tied): readonly string[] =>
  candidates.filter(({ kind }) => kind === 'ip').map((each) => `${keyOf(each)} ${time?.at}`);
