import type { Clock } from './Clock';
import { MINUTE_MS } from './durations';
/** How precisely the store's time must be known before a call relies on it. */
export const CLOCK_ERROR_MS = 300;
/** How fast two clocks may drift apart: 100 ppm. */
const DRIFT = 1e-4;
/** The Date header is cut to whole seconds. */
const DATE_RESOLUTION_MS = 1_000;
/** Nothing is written by a clock that was not compared with the store's for so long: the machine may have slept. */
const CHECK_EVERY_MS = MINUTE_MS;

/**
 * The one clock of the app: this machine's timer, set by the Date headers of the store's answers. Each answer bounds
 * the offset between the two: the store looked at its clock between our send and receive, and saw a time in
 * [Date, Date + 1 s), so Date − received ≤ offset ≤ Date + 1 s − sent. The estimate is the middle of all bounds'
 * intersection. Until the first answer it is as right as this machine was when the process started.
 */
export class StoreClock implements Clock {
  private bounds: { low: number; high: number; at: number } | null = null;
  private latest = -Infinity;

  /** @param timer never set back or forth while the process runs */
  constructor(private readonly timer: Clock) {}

  /** Unix ms of the store. Goes back only when it turns out to have been wrong by more than a second. */
  now(): number {
    this.latest = Math.max(this.latest, this.estimate());
    return this.latest;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.timer.sleep(ms, signal);
  }

  /** Milliseconds by the timer alone, for ages within this process: they do not change when the clock is set. */
  elapsedMs(): number {
    return this.timer.now();
  }

  /** Largest possible error of `now()`; infinite until the first answer. */
  errorMs(): number {
    const bounds = this.current();
    if (!bounds) return Infinity;
    return (bounds.high - bounds.low) / 2 + Math.max(0, this.latest - this.estimate());
  }

  /** How far the store is ahead of this machine; null until the first answer. */
  get aheadMs(): number | null {
    return this.bounds ? this.estimate() - this.timer.now() : null;
  }

  get isSet(): boolean {
    return this.bounds !== null;
  }

  get isPrecise(): boolean {
    return this.errorMs() <= CLOCK_ERROR_MS;
  }

  get isChecked(): boolean {
    if (!this.bounds) return false;
    const ageMs = this.timer.now() - this.bounds.at;
    return ageMs >= 0 && ageMs <= CHECK_EVERY_MS;
  }

  /**
   * How long to hold the request whose answer is most informative, in ms: sent when by our estimate the store's second
   * turns, its Date shows which half of the bounds holds.
   */
  tellingInMs(): number {
    return this.bounds ? DATE_RESOLUTION_MS - (this.estimate() % DATE_RESOLUTION_MS) : 0;
  }

  /** Asks the store, and sets the clock by its answer. `serverDate` is Unix ms; null: not given. */
  async timed<T extends { readonly serverDate: number | null }>(
    request: () => Promise<T>,
  ): Promise<T> {
    const sentAt = this.timer.now();
    const reply = await request();
    if (reply.serverDate !== null) this.set(reply.serverDate, { sentAt, at: this.timer.now() });
    return reply;
  }

  private set(serverDate: number, { sentAt, at }: { sentAt: number; at: number }): void {
    const fresh = { low: serverDate - at, high: serverDate + DATE_RESOLUTION_MS - sentAt };
    const known = this.current();
    const low = Math.max(known?.low ?? -Infinity, fresh.low);
    const high = Math.min(known?.high ?? Infinity, fresh.high);
    // Contradicting bounds: one of the clocks was set. Only the newest is worth anything then.
    const isWrong = low > high;
    this.bounds = { ...(isWrong ? fresh : { low, high }), at };
    if (this.latest - this.estimate() > DATE_RESOLUTION_MS) this.latest = -Infinity;
  }

  private estimate(): number {
    const { low, high } = this.current() ?? { low: 0, high: 0 };
    return Math.round(this.timer.now() + (low + high) / 2);
  }

  /** The bounds, widened by what the clocks may have drifted since. */
  private current(): { low: number; high: number } | null {
    if (!this.bounds) return null;
    const { low, high, at } = this.bounds;
    const drift = Math.abs(this.timer.now() - at) * DRIFT;
    return { low: low - drift, high: high + drift };
  }
}
