import type { Clock, Random } from './Clock';

const startedAt = Date.now() - performance.now();

/** The machine's time at the start of this process, and from there its timer: setting the machine's clock changes nothing. */
export const systemClock: Clock = {
  now: () => Math.floor(startedAt + performance.now()),
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
