import type { Clock } from '../../shared/clock/Clock';

interface Event {
  readonly at: number;
  readonly order: number;
  /** Null: taken back. */
  fire: (() => void) | null;
}

/**
 * Discrete-event time: it stands still while anything runs, then moves to the next event. Events at the same time happen
 * in the order in which they were planned.
 */
export class VirtualClock implements Clock {
  private readonly heap: Event[] = [];
  private order = 0;
  private readonly watchers = new Set<() => void>();

  constructor(private time = Date.UTC(2026, 10, 21, 8)) {}

  now(): number {
    return this.time;
  }

  /** Milliseconds until each planned event, the soonest first. */
  get pendingInMs(): readonly number[] {
    const live = this.heap.filter(({ fire }) => fire !== null);
    return live.map(({ at }) => at - this.time).sort((a, b) => a - b);
  }

  /** Plans an event, now if `at` is past. @returns a function that takes it back */
  at(at: number, fire: () => void): () => void {
    const event: Event = { at: Math.max(at, this.time), order: (this.order += 1), fire };
    this.push(event);
    for (const look of this.watchers) look();
    return () => {
      event.fire = null;
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (ms <= 0) {
        resolve();
        return;
      }
      if (!signal) {
        this.at(this.time + ms, resolve);
        return;
      }
      const abort = (): void => {
        cancel();
        reject(signal.reason as Error); // as Clock says
      };
      const cancel = this.at(this.time + ms, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      signal.addEventListener('abort', abort, { once: true });
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

  /** Runs until the promise settles. @throws {Error} no event is left that could settle it. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    if (!(await this.runUntil(() => isSettled)))
      throw new Error('The promise is pending, and no event is left.');
    return promise;
  }

  /**
   * Runs until `isOver`, or until no event is left. Everything that is ready runs before time advances.
   * @returns whether it is over
   */
  runUntil(isOver: () => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          if (isOver()) resolve(true);
          else if (!this.fireNext()) resolve(false);
          // Promise jobs run to their end before the next immediate.
          else setImmediate(step);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      setImmediate(step);
    });
  }

  /** Lets `ms` pass, event by event. */
  async advance(ms: number): Promise<void> {
    await this.run(this.sleep(ms));
  }

  /** Moves time on at once, as when a machine wakes up: what was due meanwhile happens now, late. */
  jump(ms: number): void {
    this.time += ms;
    while ((this.next()?.at ?? Infinity) <= this.time) this.fireNext();
  }

  /** Resolves once `count` events are planned for exactly `ms` from now. */
  async untilPendingIn(ms: number, count = 1): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.pendingInMs.filter((inMs) => inMs === ms).length < count) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  /** Whether there was an event to fire. */
  private fireNext(): boolean {
    const event = this.next();
    if (!event?.fire) return false;
    this.pop();
    this.time = Math.max(this.time, event.at);
    event.fire();
    return true;
  }

  private next(): Event | undefined {
    while (this.heap[0]?.fire === null) this.pop();
    return this.heap[0];
  }

  private push(event: Event): void {
    const { heap } = this;
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (!parent || isBefore(parent, event)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = event;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      const [left, right] = [heap[below], heap[below + 1]];
      if (!left) break;
      let child = left;
      if (right && isBefore(right, left)) {
        child = right;
        below += 1;
      }
      if (isBefore(last, child)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
  }
}

const isBefore = (a: Event, b: Event): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);
