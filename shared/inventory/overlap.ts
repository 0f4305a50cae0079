/** A row of a page, as far as it matters for where it stands. */
export interface TailRow {
  readonly id: string;
  /** Equal if and only if the row was not changed in between. */
  readonly digest: string;
  /** When the machine last reported (Unix ms); null if that is not told. */
  readonly seenAt: number | null;
}

/** So many unchanged rows in their old order do not come about by chance: 1 in 40,320. */
const ENOUGH_ROWS = 8;

/**
 * Looks for the end of the page before in this one. Confirmed when enough of its rows are there, unchanged, and in the
 * same order. `lastAt`: index of the last of them in `rows`, -1 if there is none.
 */
export function findOverlap(
  tail: readonly TailRow[],
  rows: readonly TailRow[],
): { readonly isConfirmed: boolean; readonly lastAt: number } {
  const places = new Map(rows.map(({ id, digest }, index) => [`${id} ${digest}`, index]));
  const found = tail
    .map(({ id, digest }) => places.get(`${id} ${digest}`))
    .filter((place) => place !== undefined);
  const isInOrder = found.every((place, index) => place > (found[index - 1] ?? -1));
  const needed = Math.min(ENOUGH_ROWS, Math.ceil(tail.length / 2));
  return {
    isConfirmed: isInOrder && found.length > 0 && found.length >= needed,
    lastAt: Math.max(-1, ...found),
  };
}

/** Rows behind index `lastAt` that the page before did not end with. */
export function newRowsOf(
  tail: readonly TailRow[],
  rows: readonly TailRow[],
  lastAt: number,
): readonly TailRow[] {
  const known = new Set(tail.map(({ id }) => id));
  return rows.slice(lastAt + 1).filter(({ id }) => !known.has(id));
}
