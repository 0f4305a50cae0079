import type { Random } from '../clock/Clock';
import type { StoreClock } from '../clock/StoreClock';
import { MINUTE_MS } from '../clock/durations';
import type { CalendarConfig } from './calendar/CalendarConfig';
import { newCalendar, type CalendarState } from './calendar/CalendarState';
import { isEpochOf, newEpoch } from './calendar/epoch';
import { continuation, isPlausible, replacement, type Trace } from './calendar/origin';
import { Plan } from './calendar/Plan';
import type { CalendarStore } from './CalendarStore';
import { QuotaUnavailableError } from './QuotaUnavailableError';

/** A calendar as this process last knew it. */
export interface CalendarImage {
  readonly state: CalendarState;
  readonly plan: Plan;
  /** Null: the row did not exist, and `state` is what will be written there. */
  readonly etag: string | null;
  /** Whether the row cannot be read, and `state` is what will be written in its place. */
  readonly isUnreadable: boolean;
  /** When the request for it was sent, by the timer (`elapsedMs`): the state is at least that new. */
  readonly readAt: number;
}

/** A calendar after a change, and what the change brings to those who wanted it. */
export interface Changed<T> {
  readonly state: CalendarState;
  readonly result: T;
}

export interface Updated<T> {
  readonly outcome: 'written' | 'unchanged' | 'conflict' | 'unknown';
  readonly result: T;
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

/** More than the clocks of two processes ever differ. */
const CLOCKS_APART_MS = MINUTE_MS;
const READ_TRIES = 4;
const RETRY_MS = 250;
/** The longest that an image decides about calls while the store does not answer this process. */
const OFFLINE_MS = 120_000;

/** This process's copy of one calendar. Its requests to the store go one at a time, so the copy never goes back. */
export class CalendarReplica {
  private latest: CalendarImage | null = null;
  private reading: Promise<CalendarImage> | null = null;
  private tail: Promise<unknown> = Promise.resolve();
  /** When the first of an unbroken run of failed requests was sent, by the timer. */
  private failingSince: number | null = null;
  /** The latest write of the row known to this process, whether or not it has read it. */
  private newestAsOf = 0;
  /** When Defender last said that there were too many calls, by the timer. */
  private throttledAt = -Infinity;
  /** The stored calendar before this one. */
  private before: Trace | null = null;

  constructor(private readonly options: ReplicaOptions) {}

  get image(): CalendarImage | null {
    return this.latest;
  }

  /** The calendar that this process knew before the row got another one. */
  get former(): Trace | null {
    return this.before;
  }

  /** Whether a calendar with this epoch has been in the row: other epochs say nothing about this row. */
  isOurs(epoch: string): boolean {
    return isEpochOf(this.calendar, epoch);
  }

  /** The row was written at `asOf`, by any process. An `asOf` in the future is ignored. */
  hearOf(asOf: number): void {
    if (asOf > this.options.clock.now() + CLOCKS_APART_MS) return;
    this.newestAsOf = Math.max(this.newestAsOf, asOf);
  }

  /** Defender has counted other calls than this process knows of, or the row is about to be changed. */
  hearOfThrottling(): void {
    this.throttledAt = this.options.clock.elapsedMs();
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
   * An image that may decide about a call: at most `readTtlMs` old. While the store is down, no slot can move, and an
   * image taken at most twice that before the outage began will do: it errs only about slots moved in those last
   * seconds. But it may be down for this process alone: hence for two minutes at most, and not once the
   * row is known to have changed.
   * @throws {QuotaUnavailableError} the store is down and the image will not do.
   */
  async imageForCall(): Promise<CalendarImage> {
    const known = this.latest;
    if (known && this.isFresh(known)) return known;
    try {
      return await this.refreshPatiently();
    } catch (error) {
      if (known && this.isGoodOffline(known)) return known;
      throw error;
    }
  }

  /**
   * Makes a change of the latest image and writes it at once: what the change assumes about now must still be true when
   * it takes effect. `change` returns its argument for no change. Outcome `unknown`: the store did not answer, and the
   * write may have happened.
   * @throws {QuotaUnavailableError} there was no image, and none could be read.
   */
  update<T>(change: (state: CalendarState) => Changed<T>): Promise<Updated<T>> {
    return this.exclusively(async () => {
      const base = this.latest ?? (await this.read());
      const { state, result } = change(base.state);
      const outcome = state === base.state ? 'unchanged' : await this.write(base, state);
      return { outcome, result };
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

  private isGoodOffline(image: CalendarImage): boolean {
    if (this.failingSince === null || image.state.asOf < this.newestAsOf) return false;
    const since = Math.max(
      this.failingSince - 2 * image.state.config.readTtlMs,
      this.options.clock.elapsedMs() - OFFLINE_MS,
      this.throttledAt,
    );
    return this.isSince(image, since);
  }

  private async write(
    { etag, isUnreadable }: CalendarImage,
    next: CalendarState,
  ): Promise<Updated<unknown>['outcome']> {
    const { store, row, clock } = this.options;
    const sentAt = clock.elapsedMs();
    try {
      const reply = await this.noting(sentAt, () =>
        isUnreadable && etag !== null
          ? store.setAside(row, next, etag)
          : store.write(row, next, etag),
      );
      if (reply.outcome === 'written') {
        this.keep(next, { etag: reply.etag, isUnreadable: false, readAt: sentAt });
      }
      return reply.outcome;
    } catch (error) {
      if (error instanceof QuotaUnavailableError) return 'unknown';
      throw error;
    }
  }

  private async read(): Promise<CalendarImage> {
    const { store, row, clock } = this.options;
    const sentAt = clock.elapsedMs();
    const reply = await this.noting(sentAt, () => store.read(row));
    const { stored } = reply;
    const etag = stored?.etag ?? null;
    const known = this.latest;
    if (known?.etag === etag) return (this.latest = { ...known, readAt: sentAt });
    const readable = stored?.state && isPlausible(stored.state, clock.now()) ? stored.state : null;
    const isUnreadable = stored !== null && readable === null;
    return this.keep(readable ?? this.create(isUnreadable), { etag, isUnreadable, readAt: sentAt });
  }

  private keep(state: CalendarState, image: Omit<CalendarImage, 'state' | 'plan'>): CalendarImage {
    const known = this.latest;
    const stored = known?.etag && !known.isUnreadable ? known.state : state;
    if (stored.epoch !== state.epoch) this.before = stored;
    this.latest = { state, plan: new Plan(state), ...image };
    return this.latest;
  }

  /** What goes where nothing is that can be read. */
  private create(isUnreadable: boolean): CalendarState {
    const { random, config, clock, startedAt } = this.options;
    const epoch = newEpoch(this.calendar, random);
    const now = clock.now();
    const configuredAt = startedAt();
    if (isUnreadable) return replacement(config, { epoch, now, configuredAt });
    const known = this.latest;
    if (!known) return newCalendar(epoch, config, { now, configuredAt });
    return continuation(known.state, { epoch, now, unseenMs: clock.elapsedMs() - known.readAt });
  }

  private get calendar(): string {
    const { store, row } = this.options;
    return `${store.partition}|${row}`;
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
