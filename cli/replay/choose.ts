import type { EntryFilter } from './replayOptions';
import type { Entry } from './Shelf';

/** What is replayed together. */
export interface Choice {
  readonly entry: Entry;
  /** Older entries of the same lookup, which it replaces. */
  readonly older: readonly Entry[];
  /** The highest generation among all of them. */
  readonly generation: number;
}

/** The newest entry of each lookup, and every message, that `filter` asks for; in the order of the queue. */
export function choose(entries: readonly Entry[], filter: EntryFilter): readonly Choice[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = entry.lookup?.id ?? entry.sequenceNumber;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].flatMap((group) => {
    const [entry, ...older] = group.toSorted(newestFirst);
    if (!entry || !isWanted(entry, group, filter)) return [];
    return [{ entry, older, generation: entry.generation }];
  });
}

/** The reason is that of the newest, as it is why the lookup has no answer today. */
function isWanted(newest: Entry, group: readonly Entry[], filter: EntryFilter): boolean {
  const { reason, request, lookup, id } = filter;
  return (
    (reason === null || newest.reasonCode === reason) &&
    (request === null || newest.requestId === request) &&
    (lookup === null || newest.lookupId === lookup) &&
    (id === null || group.some((entry) => entry.id === id))
  );
}

function newestFirst(a: Entry, b: Entry): number {
  const byGeneration = b.generation - a.generation;
  return byGeneration !== 0 ? byGeneration : Number(b.sequenceNumber) - Number(a.sequenceNumber);
}
