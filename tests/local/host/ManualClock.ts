import type { Clock } from '../../../shared/clock/Clock';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that only passes when told to; can be waited on until somebody sleeps. */
export class ManualClock implements Clock {
  #now = Date.UTC(2026, 10, 21, 8, 15, 3);
  readonly #sleepers = new Set<Sleeper>();
  readonly #watchers = new Set<() => void>();

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(new Error('aborted'));
      });
      for (const look of this.#watchers) look();
    });
  }

  /** Wakes everybody whose time has come. */
  advance(ms: number): void {
    this.#now += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.at > this.#now) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }

  /** Resolves once `count` sleep until exactly `ms` from now. */
  async untilSleepersIn(ms: number, count = 1): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        const asleep = [...this.#sleepers].filter(({ at }) => at === this.#now + ms);
        if (asleep.length < count) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }
}
