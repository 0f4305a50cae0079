import type { Clock, Random } from '../clock/Clock';
import type { CalendarConfig } from './calendar/CalendarConfig';
import { newCalendar, type CalendarState } from './calendar/CalendarState';
import { Plan } from './calendar/Plan';
import type { CalendarStore } from './CalendarStore';
import type { ServerClock } from './ServerClock';

/** A calendar as this process last knew it. */
export interface CalendarImage {
  readonly state: CalendarState;
  readonly plan: Plan;
  /** Null: the row did not exist. */
  readonly etag: string | null;
  /** Local time (Unix ms) at which the request for it was sent: the state is at least that new. */
  readonly readAt: number;
}

export interface ReplicaOptions {
  readonly store: CalendarStore;
  readonly row: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly serverClock: ServerClock;
  readonly config: CalendarConfig;
  /** Start time of this process, server time. */
  readonly startedAt: () => number;
}

const READ_TRIES = 4;
const RETRY_MS = 250;

/** This process's copy of one calendar. Its requests to the store go one at a time, so the copy never goes back. */
export class CalendarReplica {
  private latest: CalendarImage | null = null;
  private reading: Promise<CalendarImage> | null = null;
  private tail: Promise<unknown> = Promise.resolve();
  /** Local time at which the first of an unbroken run of failed requests was sent. */
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
    if (known && this.ageMs(known) <= known.state.config.readTtlMs) return known;
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
      const { store, row, clock, serverClock } = this.options;
      const base = this.latest ?? (await this.read());
      const next = change(base.state);
      if (next === base.state) return 'unchanged';
      const sentAt = clock.now();
      const reply = await this.noting(sentAt, () => store.write(row, next, base.etag));
      serverClock.observe({ sentAt, receivedAt: clock.now(), serverDate: reply.serverDate });
      if (reply.outcome === 'written') {
        this.latest = { state: next, plan: new Plan(next), etag: reply.etag, readAt: sentAt };
      }
      return reply.outcome;
    });
  }

  ageMs(image: CalendarImage): number {
    return this.options.clock.now() - image.readAt;
  }

  private isFromBeforeOutage({ readAt, state }: CalendarImage): boolean {
    return this.failingSince !== null && readAt >= this.failingSince - 2 * state.config.readTtlMs;
  }

  private async read(): Promise<CalendarImage> {
    const { store, row, clock, serverClock } = this.options;
    const sentAt = clock.now();
    const reply = await this.noting(sentAt, () => store.read(row));
    serverClock.observe({ sentAt, receivedAt: clock.now(), serverDate: reply.serverDate });
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
    const { random, config, serverClock, startedAt } = this.options;
    const epoch = Math.floor(random.next() * 2 ** 48).toString(36);
    return newCalendar(epoch, config, { now: serverClock.now(), configuredAt: startedAt() });
  }

  private async noting<T>(sentAt: number, request: () => Promise<T>): Promise<T> {
    try {
      const reply = await request();
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
