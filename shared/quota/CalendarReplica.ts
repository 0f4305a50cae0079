import type { Random } from '../clock/Clock';
import type { StoreClock } from '../clock/StoreClock';
import type { CalendarConfig } from './calendar/CalendarConfig';
import { newCalendar, type CalendarState } from './calendar/CalendarState';
import { Plan } from './calendar/Plan';
import type { CalendarStore } from './CalendarStore';

/** A calendar as this process last knew it. */
export interface CalendarImage {
  readonly state: CalendarState;
  readonly plan: Plan;
  /** Null: the row did not exist. */
  readonly etag: string | null;
  /** When the request for it was sent, by the timer (`elapsedMs`): the state is at least that new. */
  readonly readAt: number;
}

export interface ReplicaOptions {
  readonly store: CalendarStore;
  readonly row: string;
  readonly clock: StoreClock;
  readonly random: Random;
  readonly config: CalendarConfig;
  /** Start time of this process. */
  readonly startedAt: () => number;
}

const READ_TRIES = 4;
const RETRY_MS = 250;

/** This process's copy of one calendar. Its requests to the store go one at a time, so the copy never goes back. */
export class CalendarReplica {
  private latest: CalendarImage | null = null;
  private reading: Promise<CalendarImage> | null = null;
  private tail: Promise<unknown> = Promise.resolve();
  /** When the first of an unbroken run of failed requests was sent, by the timer. */
  private failingSince: number | null = null;

  constructor(private readonly options: ReplicaOptions) {}

  get image(): CalendarImage | null {
    return this.latest;
  }

  /** Reads the row; concurrent callers share the request. @throws {QuotaUnavailableError} */
  refresh(): Promise<CalendarImage> {
    this.reading ??= this.exclusively(() => this.read()).finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  /** Reads the row, again and again while that fails, for about a second. @throws {QuotaUnavailableError} */
  async refreshPatiently(): Promise<CalendarImage> {
    const { clock, random } = this.options;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.refresh();
      } catch (error) {
        if (tries >= READ_TRIES) throw error;
        await clock.sleep(random.next() * RETRY_MS * tries);
      }
    }
  }

  /**
   * An image that may decide about a call: at most `readTtlMs` old. When the store is down, nobody can move slots, and
   * one that was taken at most twice that before the outage began will do: it errs only about slots that somebody moved
   * in those last seconds.
   * @throws {QuotaUnavailableError} the store is down and the image too old.
   */
  async imageForCall(): Promise<CalendarImage> {
    const known = this.latest;
    if (known && this.isFresh(known)) return known;
    try {
      return await this.refreshPatiently();
    } catch (error) {
      if (known && this.isFromBeforeOutage(known)) return known;
      throw error;
    }
  }

  /**
   * Makes a change of the latest image and writes it, at once: what the change says about now must still be true when
   * it takes effect. `change` returns its argument for no change.
   * @throws {QuotaUnavailableError} the write may have happened.
   */
  update(
    change: (state: CalendarState) => CalendarState,
  ): Promise<'written' | 'unchanged' | 'conflict'> {
    return this.exclusively(async () => {
      const { store, row, clock } = this.options;
      const base = this.latest ?? (await this.read());
      const next = change(base.state);
      if (next === base.state) return 'unchanged';
      const sentAt = clock.elapsedMs();
      const reply = await this.noting(sentAt, () => store.write(row, next, base.etag));
      if (reply.outcome === 'written') {
        this.latest = { state: next, plan: new Plan(next), etag: reply.etag, readAt: sentAt };
      }
      return reply.outcome;
    });
  }

  /** Whether the image is young enough to decide about a call. */
  isFresh(image: CalendarImage): boolean {
    return this.isSince(image, this.options.clock.elapsedMs() - image.state.config.readTtlMs);
  }

  /** Whether the image is from `at` (by the timer) or later. One from the future is from before the timer went wrong. */
  isSince({ readAt }: CalendarImage, at: number): boolean {
    return readAt >= at && readAt <= this.options.clock.elapsedMs();
  }

  private isFromBeforeOutage({ readAt, state }: CalendarImage): boolean {
    return this.failingSince !== null && readAt >= this.failingSince - 2 * state.config.readTtlMs;
  }

  private async read(): Promise<CalendarImage> {
    const { store, row, clock } = this.options;
    const sentAt = clock.elapsedMs();
    const reply = await this.noting(sentAt, () => store.read(row));
    const known = this.latest;
    if (reply.stored && known?.etag === reply.stored.etag) {
      this.latest = { ...known, readAt: sentAt };
    } else {
      const state = reply.stored?.state ?? this.create();
      this.latest = {
        state,
        plan: new Plan(state),
        etag: reply.stored?.etag ?? null,
        readAt: sentAt,
      };
    }
    return this.latest;
  }

  private create(): CalendarState {
    const { random, config, clock, startedAt } = this.options;
    const epoch = Math.floor(random.next() * 2 ** 48).toString(36);
    return newCalendar(epoch, config, { now: clock.now(), configuredAt: startedAt() });
  }

  private async noting<T extends { readonly serverDate: number | null }>(
    sentAt: number,
    request: () => Promise<T>,
  ): Promise<T> {
    try {
      const reply = await this.options.clock.timed(request);
      this.failingSince = null;
      return reply;
    } catch (error) {
      this.failingSince ??= sentAt;
      throw error;
    }
  }

  private exclusively<T>(request: () => Promise<T>): Promise<T> {
    const result = this.tail.then(request);
    this.tail = result.catch(() => undefined);
    return result;
  }
}
