export interface QuotaRule {
  readonly limit: number;
  readonly periodMs: number;
}

/** One rule of one caller's quota: `limit` calls per `periodMs`. */
export interface Window {
  /** How long until a call would be admitted; 0 = now. */
  waitMs(now: number): number;
  /** Counts a call, whether there was room or not. */
  take(now: number): void;
}

/** How the service counts is not documented; every known scheme is available. */
export const ENFORCERS = ['fixed', 'sliding', 'tokenBucket'] as const;
export type Enforcer = (typeof ENFORCERS)[number];

export function createWindow(enforcer: Enforcer, rule: QuotaRule): Window {
  switch (enforcer) {
    case 'fixed':
      return new FixedWindow(rule);
    case 'sliding':
      return new SlidingWindow(rule);
    case 'tokenBucket':
      return new TokenBucket(rule);
  }
}

/** Starts with the first call and ends a period later, as WebApiThrottle counts; the live 429 text is of that family. */
class FixedWindow implements Window {
  private endsAt = -Infinity;
  private count = 0;

  constructor(private readonly rule: QuotaRule) {}

  waitMs(now: number): number {
    return now < this.endsAt && this.count >= this.rule.limit ? this.endsAt - now : 0;
  }

  take(now: number): void {
    if (now >= this.endsAt) {
      this.endsAt = now + this.rule.periodMs;
      this.count = 0;
    }
    this.count++;
  }
}

/** Strict: at most `limit` calls in any half-open interval of a period. */
class SlidingWindow implements Window {
  private readonly times: number[] = [];

  constructor(private readonly rule: QuotaRule) {}

  waitMs(now: number): number {
    const { limit, periodMs } = this.rule;
    while (this.times[0] !== undefined && this.times[0] + periodMs <= now) this.times.shift();
    const blocking = this.times[this.times.length - limit];
    return blocking === undefined ? 0 : blocking + periodMs - now;
  }

  take(now: number): void {
    this.times.push(now);
  }
}

/** Full at first, refilled evenly: `limit` tokens per period. */
class TokenBucket implements Window {
  private tokens: number;
  private filledAt = -Infinity;

  constructor(private readonly rule: QuotaRule) {
    this.tokens = rule.limit;
  }

  waitMs(now: number): number {
    this.refill(now);
    // A token that lacks a rounding error is whole.
    const missing = 1 - this.tokens;
    return missing > 1e-9 ? (missing * this.rule.periodMs) / this.rule.limit : 0;
  }

  take(now: number): void {
    this.refill(now);
    this.tokens--;
  }

  private refill(now: number): void {
    const { limit, periodMs } = this.rule;
    this.tokens = Math.min(limit, this.tokens + ((now - this.filledAt) * limit) / periodMs);
    this.filledAt = now;
  }
}
