/** The id of a row of a page; null for a row without a usable one. */
export type RowId = string | null;

/** So many rows in their old order do not come about by chance: 1 in 40,320. */
const ENOUGH_ROWS = 8;

/**
 * Looks for the end of the page before in this one. Confirmed when enough of its rows are there in the same order; others
 * may have moved. `lastAt`: index of the last of them in `rows`, -1 if none.
 */
export function findOverlap(
  tail: readonly RowId[],
  rows: readonly RowId[],
): { readonly isConfirmed: boolean; readonly lastAt: number } {
  const places = new Map(rows.map((id, index) => [id, index]));
  const found = tail.flatMap((id) => (id === null ? [] : (places.get(id) ?? [])));
  const inOrder = longestRise(found);
  const needed = Math.min(ENOUGH_ROWS, Math.ceil(tail.length / 2));
  return {
    isConfirmed: inOrder.length > 0 && inOrder.length >= needed,
    lastAt: inOrder.at(-1) ?? -1,
  };
}

/** Rows after index `lastAt` that the previous page did not end with. */
export function newRowsOf(
  tail: readonly RowId[],
  rows: readonly RowId[],
  lastAt: number,
): readonly RowId[] {
  const known = new Set(tail);
  return rows.slice(lastAt + 1).filter((id) => id === null || !known.has(id));
}

/** As long as the longest rising subsequence of `places`; its last entry is the smallest that one can end with. */
function longestRise(places: readonly number[]): readonly number[] {
  const ends: number[] = [];
  for (const place of places) {
    const at = ends.findIndex((end) => end >= place);
    if (at < 0) ends.push(place);
    else ends[at] = place;
  }
  return ends;
}
