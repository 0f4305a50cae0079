import type { Clock } from '../../shared/clock/Clock';

interface Event {
  readonly at: number;
  readonly order: number;
  fire: (() => void) | null;
}

/** Discrete-event time: stands still while anything runs, then jumps to the next event. Equal times fire in order. */
export class VirtualTime implements Clock {
  private readonly heap: Event[] = [];
  private order = 0;

  constructor(private time = Date.UTC(2026, 10, 21, 8)) {}

  now(): number {
    return this.time;
  }

  /** @returns a function that takes the event back. */
  at(at: number, fire: () => void): () => void {
    const event: Event = { at: Math.max(at, this.time), order: (this.order += 1), fire };
    this.push(event);
    return () => {
      event.fire = null;
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const cancel = this.at(this.time + Math.max(0, ms), resolve);
      signal?.addEventListener(
        'abort',
        () => {
          cancel();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as Clock says
          reject(signal.reason);
        },
        { once: true },
      );
    });
  }

  /** Runs until `isOver`, or until nothing is left to happen. Whatever is ready runs before time goes on. */
  run(isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        if (isOver()) {
          resolve();
          return;
        }
        let event = this.pop();
        while (event && !event.fire) event = this.pop();
        if (!event?.fire) {
          resolve();
          return;
        }
        this.time = event.at;
        try {
          event.fire();
          // Promise jobs run to their end before the next immediate.
          setImmediate(step);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      setImmediate(step);
    });
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

  private pop(): Event | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!last || last === first) return first;
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
    return first;
  }
}

const isBefore = (a: Event, b: Event): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);
