import { z } from 'zod';
import type { Clock } from '../../../shared/clock/Clock';
import { HOUR_MS, MINUTE_MS } from '../../../shared/clock/durations';
import { type Answer, errorAnswer } from '../http/Answer';
import { createWindow, ENFORCERS, type QuotaRule, type Window } from './Window';

export const ThrottleSettings = z.strictObject({
  perMinute: z.int().positive(),
  perHour: z.int().positive(),
  enforcer: z.enum(ENFORCERS),
  /** Whether a rejected call takes from the quota as well. */
  countRejected: z.boolean(),
  /** One quota for all endpoints instead of one for each. */
  sharedBucket: z.boolean(),
  retryAfter: z.enum(['send', 'omit']),
  /** The documented code is `TooManyRequests`; the one captured live is `429`. */
  code: z.enum(['429', 'TooManyRequests']),
});
export type ThrottleSettings = Readonly<z.output<typeof ThrottleSettings>>;

/** Published: 100 calls a minute and 1,500 an hour on each of the calls simulated here (API pages, 2026-03). */
export const DEFAULT_THROTTLE: ThrottleSettings = {
  perMinute: 100,
  perHour: 1_500,
  enforcer: 'fixed',
  countRejected: false,
  sharedBucket: false,
  retryAfter: 'send',
  code: '429',
};

export interface Caller {
  readonly tenantId: string;
  readonly appId: string;
  readonly endpoint: string;
}

interface Bucket {
  readonly rule: QuotaRule;
  readonly window: Window;
}

/** Both quota windows of every (tenant, application, endpoint). */
export class Throttle {
  private readonly buckets = new Map<string, readonly Bucket[]>();

  constructor(
    private readonly clock: Clock,
    private settings: ThrottleSettings,
  ) {}

  /** Starts over with empty windows. */
  configure(settings: ThrottleSettings): void {
    this.settings = settings;
    this.buckets.clear();
  }

  /** Counts a call. @returns the 429 answer if the quota does not allow it */
  reject(caller: Caller): Answer | undefined {
    const now = this.clock.now();
    const buckets = this.bucketsOf(caller);
    const waits = buckets.map(({ rule, window }) => ({ rule, waitMs: window.waitMs(now) }));
    const longest = waits.reduce((left, right) => (right.waitMs > left.waitMs ? right : left));
    const rejected = longest.waitMs > 0;
    if (!rejected || this.settings.countRejected) {
      for (const { window } of buckets) window.take(now);
    }
    return rejected ? this.tooMany(longest.rule, longest.waitMs) : undefined;
  }

  private bucketsOf({ tenantId, appId, endpoint }: Caller): readonly Bucket[] {
    const { sharedBucket, enforcer, perMinute, perHour } = this.settings;
    const key = [tenantId, appId, sharedBucket ? '*' : endpoint].join('|');
    const known = this.buckets.get(key);
    if (known) return known;
    const rules: QuotaRule[] = [
      { limit: perMinute, periodMs: MINUTE_MS },
      { limit: perHour, periodMs: HOUR_MS },
    ];
    const created = rules.map((rule) => ({ rule, window: createWindow(enforcer, rule) }));
    this.buckets.set(key, created);
    return created;
  }

  private tooMany({ limit, periodMs }: QuotaRule, waitMs: number): Answer {
    const period = new Date(periodMs).toISOString().slice(11, 19);
    const message = `API calls quota exceeded! maximum allowed ${limit} per ${period}`;
    const seconds = String(Math.ceil(waitMs / 1_000));
    const headers = this.settings.retryAfter === 'send' ? { 'Retry-After': seconds } : {};
    return errorAnswer(429, this.settings.code, message, headers);
  }
}
