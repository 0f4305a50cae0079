/** Slots lie on a 10 ms grid, so that the stored log decodes to exactly the planned times. */
export const GRID_MS = 10;

export const ceilToGrid = (ms: number): number => Math.ceil(ms / GRID_MS) * GRID_MS;

/** At most `limit` slots in any half-open interval of `spanMs`. A gap between slots is a window of limit 1. */
export interface Window {
  readonly limit: number;
  readonly spanMs: number;
}

/**
 * The earliest time ≥ `from` at which one more slot may go without `limit + 1` slots spanning < `spanMs` in any window.
 * `slots` ascend, and with `from` on the grid the answer is too.
 */
export function earliestSlot(
  slots: readonly number[],
  from: number,
  windows: readonly Window[],
): number {
  if (from >= (slots[slots.length - 1] ?? 0)) return earliestAfterAll(slots, from, windows);
  let at = from;
  for (let settled = false; !settled;) {
    settled = true;
    for (const window of windows) {
      const freeAt = freeFrom(slots, at, window);
      if (freeAt > at) {
        at = freeAt;
        settled = false;
      }
    }
  }
  return at;
}

/** With nothing after it, a slot is the last of limit + 1 in each window, and only has to be a span after the first. */
function earliestAfterAll(
  slots: readonly number[],
  from: number,
  windows: readonly Window[],
): number {
  let at = from;
  for (const { limit, spanMs } of windows) {
    const first = slots.length - limit;
    const freeAt = first < 0 ? at : (slots[first] ?? 0) + spanMs;
    if (freeAt > at) at = freeAt;
  }
  return at;
}

/**
 * With `limit` consecutive slots a … b, b − a < span, a further slot t makes limit + 1 of them. They span < S exactly
 * when t − a < S and b − t < S, so the block forbids the open interval (b − S, a + S), and nothing else is forbidden.
 * The last block that forbids `at` ends latest, so its end is the next candidate.
 */
function freeFrom(slots: readonly number[], at: number, { limit, spanMs }: Window): number {
  let last = slots.length - 1;
  while (last >= 0 && (slots[last] ?? 0) >= at + spanMs) last -= 1;
  for (let first = last - limit + 1; first >= 0; first -= 1) {
    const a = slots[first] ?? 0;
    if (a <= at - spanMs) break;
    const b = slots[first + limit - 1] ?? 0;
    if (b - a < spanMs) return a + spanMs;
  }
  return at;
}

/** Inserts into an ascending array in place; constant time at the end. */
export function insertSlot(slots: number[], at: number): void {
  let index = slots.length;
  while (index > 0 && (slots[index - 1] ?? 0) > at) index -= 1;
  if (index === slots.length) slots.push(at);
  else slots.splice(index, 0, at);
}
