import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 15_000;

/** Waits until a condition holds. @throws when it still does not after 15 s */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`still not: ${condition.toString()}`);
    await delay(5);
  }
}
