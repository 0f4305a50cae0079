import { setImmediate } from 'node:timers/promises';

/** How often something else had its turn while the work was done. */
export async function countTurns(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const others = async () => {
    for (; !isDone; turns++) await setImmediate();
  };
  const waiting = others();
  try {
    await work();
  } finally {
    isDone = true;
    await waiting;
  }
  return turns;
}
