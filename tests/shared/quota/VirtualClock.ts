import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../shared/clock/Clock';

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that stands still until it is run: sleepers wake in the order of their times, however long that takes. */
export class VirtualClock implements Clock {
  private readonly timers: Timer[] = [];

  constructor(private time = Date.UTC(2026, 10, 21, 8)) {}

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = { at: this.time + ms, wake: resolve };
      const after = this.timers.findIndex(({ at }) => at > timer.at);
      this.timers.splice(after < 0 ? this.timers.length : after, 0, timer);
      signal?.addEventListener('abort', () => {
        const index = this.timers.indexOf(timer);
        if (index >= 0) this.timers.splice(index, 1);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the contract says
        reject(signal.reason);
      });
    });
  }

  /** Another machine's clock: the same time, off by `offsetMs`, and by so much more after each `step`. */
  skewed(offsetMs: number): Clock & { step(ms: number): void } {
    let off = offsetMs;
    return {
      now: () => this.time + off,
      sleep: (ms, signal) => this.sleep(ms, signal),
      step: (ms) => (off += ms),
    };
  }

  /** Runs until the promise settles. @throws {Error} nothing is left to wake anybody. */
  async run<T>(promise: Promise<T>): Promise<T> {
    const settled = promise.then(
      () => true,
      () => true,
    );
    // Whatever is ready runs before time goes on.
    while (!(await Promise.race([settled, turn(false)]))) {
      const timer = this.timers.shift();
      if (!timer) throw new Error('Everybody waits and nobody sleeps.');
      this.time = Math.max(this.time, timer.at);
      timer.wake();
    }
    return promise;
  }

  /** Lets `ms` pass. */
  async advance(ms: number): Promise<void> {
    await this.run(this.sleep(ms));
  }
}
