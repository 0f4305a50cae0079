import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Random } from './Clock';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    if (ms > 0) await delay(ms, undefined, signal && { signal });
    else signal?.throwIfAborted();
  },
};

export const systemRandom: Random = { next: () => Math.random() };
