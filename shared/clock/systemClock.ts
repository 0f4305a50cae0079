import type { Clock, Random } from './Clock';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    // Not of `timers/promises`: that makes an error with its stack for every sleep that is cut short, as most are.
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (ms <= 0) {
        resolve();
        return;
      }
      const wake = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', wake);
        resolve();
      }, ms);
      signal?.addEventListener('abort', wake, { once: true });
    }),
};

export const systemRandom: Random = { next: () => Math.random() };
