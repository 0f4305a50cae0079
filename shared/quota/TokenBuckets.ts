import type { Clock } from '../clock/Clock';

export interface TokenBucketsOptions {
  readonly clock: Clock;
  /** What a bucket holds when it is full. */
  readonly capacity: number;
  readonly refillPerMinute: number;
  /** Beyond it the bucket that rested longest is forgotten, which fills it. Default 10,000. */
  readonly maxBuckets?: number;
}

interface Bucket {
  readonly level: number;
  readonly at: number;
}

/** One token bucket per name, full at first, in the memory of this process. */
export class TokenBuckets {
  /** In the order of use, the longest unused first. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly options: TokenBucketsOptions) {}

  /** Takes one token. Returns 0, or after how many milliseconds there will be one, and then takes none. */
  take(name: string): number {
    const { clock, maxBuckets = 10_000 } = this.options;
    const level = this.level(name);
    const waitMs = this.waitOf(level);

    this.buckets.delete(name);
    this.buckets.set(name, { level: waitMs === 0 ? level - 1 : level, at: clock.now() });
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > maxBuckets && oldest !== undefined) this.buckets.delete(oldest);
    return waitMs;
  }

  /** What `take` would return. Takes none. */
  peek(name: string): number {
    return this.waitOf(this.level(name));
  }

  private level(name: string): number {
    const { clock, capacity, refillPerMinute } = this.options;
    const before = this.buckets.get(name);
    if (!before) return capacity;
    const restedMs = Math.max(0, clock.now() - before.at);
    return Math.min(capacity, before.level + (restedMs * refillPerMinute) / 60_000);
  }

  private waitOf(level: number): number {
    // A rounding error short of a whole token must not mean a wait of nothing.
    if (level > 1 - 1e-9) return 0;
    return Math.ceil(((1 - level) * 60_000) / this.options.refillPerMinute);
  }
}
