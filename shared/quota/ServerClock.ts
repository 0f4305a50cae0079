import type { Clock } from '../clock/Clock';
import { CLOCK_ERROR_MS } from './calendar/CalendarConfig';

/** How fast two clocks may drift apart: 100 ppm. */
const DRIFT = 1e-4;
/** The Date header is cut to whole seconds. */
const DATE_RESOLUTION_MS = 1_000;

/**
 * The store's time, estimated from the Date headers of its answers. Each answer bounds the offset between the two
 * clocks: the server looked at its clock between our send and receive, and saw a time in [Date, Date + 1 s), so
 * Date − received ≤ offset ≤ Date + 1 s − sent. The estimate is the middle of all bounds' intersection.
 */
export class ServerClock {
  private bounds: { low: number; high: number; at: number } | null = null;

  constructor(private readonly clock: Clock) {}

  /** Unix ms of the server; of this machine until the first answer. */
  now(): number {
    const { low, high } = this.current() ?? { low: 0, high: 0 };
    return Math.round(this.clock.now() + (low + high) / 2);
  }

  /** Largest possible error of `now()`; infinite until the first answer. */
  errorMs(): number {
    const bounds = this.current();
    return bounds ? (bounds.high - bounds.low) / 2 : Infinity;
  }

  get isPrecise(): boolean {
    return this.errorMs() <= CLOCK_ERROR_MS;
  }

  /**
   * How long to wait with a request whose answer shall tell most, in ms: sent when by our estimate the server's second
   * turns, its Date says which half of the bounds is true.
   */
  tellingInMs(): number {
    return this.current() ? DATE_RESOLUTION_MS - (this.now() % DATE_RESOLUTION_MS) : 0;
  }

  /** @param exchange local times of send and receive, and the answer's Date. */
  observe(exchange: {
    readonly sentAt: number;
    readonly receivedAt: number;
    readonly serverDate: number | null;
  }): void {
    const { sentAt, receivedAt, serverDate } = exchange;
    if (serverDate === null) return;
    const fresh = { low: serverDate - receivedAt, high: serverDate + DATE_RESOLUTION_MS - sentAt };
    const known = this.current() ?? fresh;
    const low = Math.max(known.low, fresh.low);
    const high = Math.min(known.high, fresh.high);
    // Contradicting bounds: one of the clocks was set. Only the newest is worth anything then.
    this.bounds = { ...(low <= high ? { low, high } : fresh), at: this.clock.now() };
  }

  /** The bounds, widened by what the clocks may have drifted since. */
  private current(): { low: number; high: number } | null {
    if (!this.bounds) return null;
    const { low, high, at } = this.bounds;
    const drift = Math.abs(this.clock.now() - at) * DRIFT;
    return { low: low - drift, high: high + drift };
  }
}
