import type { Random } from '../../shared/clock/Clock';
import { MINUTE_MS } from '../../shared/clock/durations';
import type { Instance } from './Instance';
import type { VirtualClock } from './VirtualClock';

export interface QueueWeather {
  /** Share of scheduled messages that become active 1–5 s late. */
  readonly late: number;
}

interface Stored<M> {
  readonly message: M;
  deliveries: number;
}

interface Consumer<M> {
  readonly instance: Instance;
  readonly handle: (message: M, delivery: number) => Promise<void>;
  readonly held: Set<Stored<M>>;
}

const USUAL_LAG_MS = 200;
const DELIVERY_MS = { least: 5, most: 30 };
const LATE_MS = { least: 1_000, most: 5_000 };
/** How long the broker keeps messages of a dead consumer locked. */
const LOCK_MS = MINUTE_MS;
/** As the host asks for. */
const CONCURRENCY = 16;

/**
 * A queue with scheduled messages, peek-lock and duplicate detection by id. What becomes active joins the end; a free
 * consumer gets the first. A handler that fails gives the message back at once.
 */
export class SimulatedQueue<M> {
  deliveries = 0;
  redeliveries = 0;
  private readonly active: Stored<M>[] = [];
  private head = 0;
  private readonly seen = new Set<string>();
  private consumers: Consumer<M>[] = [];

  constructor(
    private readonly time: VirtualClock,
    private readonly random: Random,
    private readonly weather: QueueWeather,
  ) {}

  /** @param at true time; at once if past */
  send(id: string, message: M, at: number): void {
    if (this.seen.has(id)) return;
    this.seen.add(id);
    const stored = { message, deliveries: 0 };
    if (at <= this.time.now()) this.activate(stored);
    else
      this.time.at(at + this.lag(), () => {
        this.activate(stored);
      });
  }

  consume(instance: Instance, handle: Consumer<M>['handle']): void {
    const consumer: Consumer<M> = { instance, handle, held: new Set() };
    this.consumers.push(consumer);
    instance.onDeath(() => {
      this.consumers = this.consumers.filter((other) => other !== consumer);
      this.time.at(this.time.now() + LOCK_MS, () => {
        for (const stored of consumer.held) this.activate(stored);
      });
    });
    this.dispatch();
  }

  private activate(stored: Stored<M>): void {
    this.active.push(stored);
    this.dispatch();
  }

  private dispatch(): void {
    while (this.head < this.active.length) {
      const consumer = this.freeConsumer();
      const stored = this.active[this.head];
      if (!consumer || !stored) return;
      this.head += 1;
      if (this.head > 1_000 && this.head * 2 > this.active.length) {
        this.active.splice(0, this.head);
        this.head = 0;
      }
      consumer.held.add(stored);
      const { least, most } = DELIVERY_MS;
      this.time.at(this.time.now() + least + this.random.next() * (most - least), () => {
        if (!consumer.instance.isDead) void this.deliver(consumer, stored);
      });
    }
  }

  private async deliver(consumer: Consumer<M>, stored: Stored<M>): Promise<void> {
    stored.deliveries += 1;
    this.deliveries += 1;
    if (stored.deliveries > 1) this.redeliveries += 1;
    const isSettled = await consumer.handle(stored.message, stored.deliveries).then(
      () => true,
      () => false,
    );
    consumer.held.delete(stored);
    if (isSettled) this.dispatch();
    else this.activate(stored);
  }

  private freeConsumer(): Consumer<M> | undefined {
    const { consumers } = this;
    const start = Math.floor(this.random.next() * consumers.length);
    for (let step = 0; step < consumers.length; step += 1) {
      const consumer = consumers[(start + step) % consumers.length];
      if (consumer && consumer.held.size < CONCURRENCY) return consumer;
    }
    return undefined;
  }

  private lag(): number {
    const { random, weather } = this;
    if (random.next() < weather.late)
      return LATE_MS.least + random.next() * (LATE_MS.most - LATE_MS.least);
    return -Math.log(1 - random.next()) * USUAL_LAG_MS;
  }
}
