import { HOUR_MS, MINUTE_MS } from '../../shared/clock/durations';
import { createWindow, type QuotaRule, type Window } from '../defender/throttle/Window';
import type { Random } from '../../shared/clock/Clock';
import type { VirtualClock } from './VirtualClock';

export interface DefenderRules {
  readonly perMinute: number;
  readonly perHour: number;
  readonly enforcer: 'sliding' | 'fixed' | 'tokenBucket';
  readonly countRejected: boolean;
}

export interface DefenderOptions extends DefenderRules {
  readonly time: VirtualClock;
  readonly random: Random;
  /** Longest way from the caller's decision to the counting of its call. */
  readonly callJitterMs: number;
}

export type DefenderReply =
  | { readonly status: 200 }
  | { readonly status: 429; readonly retryAfterMs: number };

const ANSWER_MS = { least: 80, most: 400, slow: 3_000 };
const SLOW = 0.01;

/** Counts calls as it arrives at them, by one of the three schemes a service may use. */
export class SimulatedDefender {
  /** True times of the accepted and of the rejected calls. */
  readonly accepted: number[] = [];
  readonly rejected: number[] = [];
  private readonly windows: readonly Window[];

  constructor(private readonly options: DefenderOptions) {
    const { perMinute, perHour, enforcer, random } = options;
    const rules = [
      { limit: perMinute, periodMs: MINUTE_MS },
      { limit: perHour, periodMs: HOUR_MS },
    ];
    this.windows = rules.map((rule) =>
      enforcer === 'fixed' ? new PhasedWindow(rule, random.next()) : createWindow(enforcer, rule),
    );
  }

  async call(): Promise<DefenderReply> {
    const { time, random, callJitterMs } = this.options;
    await time.sleep(random.next() * callJitterMs);
    const reply = this.count(time.now());
    const most = random.next() < SLOW ? ANSWER_MS.slow : ANSWER_MS.most;
    await time.sleep(ANSWER_MS.least + random.next() * (most - ANSWER_MS.least));
    return reply;
  }

  private count(now: number): DefenderReply {
    const waitMs = Math.max(...this.windows.map((window) => window.waitMs(now)));
    const isAccepted = waitMs <= 0;
    if (isAccepted || this.options.countRejected)
      for (const window of this.windows) window.take(now);
    (isAccepted ? this.accepted : this.rejected).push(now);
    return isAccepted
      ? { status: 200 }
      : { status: 429, retryAfterMs: Math.ceil(waitMs / 1_000) * 1_000 };
  }
}

/** Windows that begin at the service's times, independent of calls. */
class PhasedWindow implements Window {
  private window = -1;
  private count = 0;

  constructor(
    private readonly rule: QuotaRule,
    private readonly phase: number,
  ) {}

  waitMs(now: number): number {
    const { limit, periodMs } = this.rule;
    if (this.windowOf(now) !== this.window || this.count < limit) return 0;
    return (this.window + 1 - this.phase) * periodMs - now;
  }

  take(now: number): void {
    const window = this.windowOf(now);
    if (window !== this.window) this.count = 0;
    this.window = window;
    this.count += 1;
  }

  private windowOf(now: number): number {
    return Math.floor(now / this.rule.periodMs + this.phase);
  }
}
