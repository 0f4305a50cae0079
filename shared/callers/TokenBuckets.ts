import type { Clock } from '../clock/Clock';
import { MINUTE_MS } from '../clock/durations';
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
    const { clock, capacity, refillPerMinute, maxBuckets = 10_000 } = this.options;
    const now = clock.now();
    const perMs = refillPerMinute / MINUTE_MS;
    const before = this.buckets.get(name) ?? { level: capacity, at: now };
    const restedMs = Math.max(0, now - before.at);
    const level = Math.min(capacity, before.level + restedMs * perMs);
    // A rounding error short of a whole token must not mean a wait of nothing.
    const isEnough = level > 1 - 1e-9;

    this.buckets.delete(name);
    this.buckets.set(name, { level: isEnough ? level - 1 : level, at: now });
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > maxBuckets && oldest !== undefined) this.buckets.delete(oldest);
    return isEnough ? 0 : Math.ceil((1 - level) / perMs);
  }

  /** A token that was taken and not needed. */
  giveBack(name: string): void {
    const bucket = this.buckets.get(name);
    const { capacity } = this.options;
    if (bucket) this.buckets.set(name, { ...bucket, level: Math.min(capacity, bucket.level + 1) });
  }
}
