import { setImmediate } from 'node:timers/promises';

/** Rows of a page, some 2 KB each, that are handled in one go: a few milliseconds. */
const ROWS_A_TURN = 250;

/** Lets everything else that waits have its turn first. */
export const nextTurn = (): Promise<void> => setImmediate();

/** Goes through a long list turn by turn: there is one thread, and all other lookups would wait until its end. */
export async function* inTurns<T>(rows: readonly T[]): AsyncGenerator<readonly [number, T]> {
  for (const entry of rows.entries()) {
    if (entry[0] > 0 && entry[0] % ROWS_A_TURN === 0) await nextTurn();
    yield entry;
  }
}
