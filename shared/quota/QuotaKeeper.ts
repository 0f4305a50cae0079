import type { Random } from '../clock/Clock';
import type { StoreClock } from '../clock/StoreClock';
import { ENDPOINT_IDS, type EndpointId } from '../defender/endpointIds';
import { memoryMs, type CalendarConfig } from './calendar/CalendarConfig';
import { cancel, commit, halt } from './calendar/commit';
import { flowOf } from './calendar/issue';
import type { Lessons } from './calendar/lessons';
import { endpointBreaker } from './calendar/openBreaker';
import { APPLICATION_ROW, endpointRow, rowOf } from './calendarRows';
import { CalendarReplica, type CalendarImage } from './CalendarReplica';
import type { CalendarStore } from './CalendarStore';
import type { SlotForecast } from '../calls/CallLeases';
import { Combiner } from './Combiner';
import type {
  Breaker,
  CallNote,
  CallResult,
  BulkFlow,
  Quota,
  SlotAnswer,
  Ticket,
  TicketAnswer,
  TicketRequest,
} from './Quota';
import { QuotaUnavailableError } from './QuotaUnavailableError';
import { callNoteOf, noteCall } from './noteCall';
import { slotIn, SlotWaiter, type Desk } from './SlotWaiter';
import {
  allowancesOf,
  amnesiaOf,
  statusOf,
  type Amnesia,
  type CalendarStatus,
  type Onlooker,
} from './CalendarStatus';
import { assertSound } from './CalendarTroubleError';

export interface QuotaKeeperOptions {
  readonly store: CalendarStore;
  /** Set by what the store answers. */
  readonly clock: StoreClock;
  readonly random: Random;
  /** Of this process; a calendar is planned by what is stored with it, see `adoptConfig`. */
  readonly config: CalendarConfig;
  /** How long an endpoint may refuse our rights before its queue lookups end `denied`. */
  readonly deniedAfterMs: number;
}

/** Two make the clock precise, unless the store answers slowly. */
const CLOCK_SAMPLES = 4;
/** Where the way to the store is too long for a precise clock, it is tried again so often only. */
const CLOCK_RETRY_MS = 10_000;

/** The quota shared by all processes through calendars in a store: one desk per calendar in each process. */
export class QuotaKeeper implements Quota, SlotForecast {
  private readonly clock: StoreClock;
  private readonly desks = new Map<string, Promise<Desk>>();
  /** Those that have been opened. */
  private readonly replicas = new Map<EndpointId, CalendarReplica>();
  private readonly config: CalendarConfig;
  private readonly processId: string;
  /** The start of this process, by the timer. */
  private readonly startedElapsedMs: number;
  private startedAt: number | null = null;
  private readonly waiter: SlotWaiter;
  private setting: Promise<void> | null = null;
  private sampling: Promise<void> | null = null;
  private sampledAt = -Infinity;

  constructor(private readonly options: QuotaKeeperOptions) {
    this.clock = options.clock;
    this.config = options.config;
    const { clock, deniedAfterMs } = options;
    this.waiter = new SlotWaiter({ clock, deniedAfterMs });
    this.processId = Math.floor(options.random.next() * 2 ** 48).toString(36);
    this.startedElapsedMs = clock.elapsedMs();
  }

  /**
   * Asks the store for its time, once in the life of this process: without it, ages are as wrong as this machine's
   * clock. Never fails.
   */
  async setClock(): Promise<void> {
    if (this.clock.isSet) return;
    this.setting ??= this.clock
      .timed(() => this.options.store.read(this.rowOf('machine')))
      .then(nothing, nothing);
    return this.setting;
  }

  async take(request: TicketRequest): Promise<TicketAnswer> {
    const desk = await this.deskOf(request.endpoint);
    return desk.combiner.issue(request);
  }

  async awaitSlot(
    ticket: Ticket,
    options: { readonly holdMs: number; readonly signal?: AbortSignal },
  ): Promise<SlotAnswer> {
    return this.waiter.wait(await this.deskOf(ticket.endpoint), ticket, options);
  }

  /** Never fails: what cannot be written now will be found out by the next call. */
  async report(ticket: Ticket, result: CallResult): Promise<CallNote> {
    const { endpoint } = ticket;
    try {
      await noteCall(await this.deskOf(endpoint), ticket, result, this.clock.now());
    } catch (error) {
      if (!(error instanceof QuotaUnavailableError)) throw error;
    }
    const desk = (await this.desks.get(this.rowOf(endpoint))?.catch(() => null)) ?? null;
    return callNoteOf(desk, endpoint, this.clock.now());
  }

  async forecast(request: TicketRequest): Promise<number> {
    const { replica } = await this.deskOf(request.endpoint);
    const { plan } = replica.image ?? (await replica.refresh());
    return Math.max(this.clock.now(), plan.tailOf(flowOf(request)));
  }

  async slotOf(ticket: Ticket): Promise<number | null> {
    const { replica } = await this.deskOf(ticket.endpoint);
    const askedAt = this.clock.elapsedMs();
    let image = replica.image ?? (await replica.refresh());
    for (;;) {
      // A future slot can only move later. Anything else in an older image may be out of date.
      const slotAt = slotIn(image, ticket);
      const isAhead = slotAt !== null && slotAt > this.clock.now();
      if (isAhead || replica.isSince(image, askedAt)) return slotAt;
      image = await replica.refresh();
    }
  }

  /** What is known of a list's batches, as this process last read it; `isFresh`: reads first. @throws {QuotaUnavailableError} */
  async lessonsOf(list: EndpointId, isFresh = false): Promise<Lessons | undefined> {
    const { replica } = await this.deskOf(list);
    const known = isFresh ? null : replica.image;
    const { state } = known ?? (await replica.refresh());
    return state.lessons[list];
  }

  /**
   * Adds to what is known of a list's batches; null: nothing is new.
   * @returns whether it was added. Never fails: the next call would teach it again.
   */
  async teach(
    list: EndpointId,
    change: (known: Lessons | undefined, now: number) => Lessons | null,
  ): Promise<boolean> {
    try {
      const desk = await this.deskOf(list);
      return await desk.combiner.change((state, now) => {
        const learnt = change(state.lessons[list], now);
        return learnt && { ...state, lessons: { ...state.lessons, [list]: learnt } };
      });
    } catch (error) {
      if (!(error instanceof QuotaUnavailableError)) throw error;
      return false;
    }
  }

  /** Drops all waiting tickets of the flows: their holders find them unknown. @throws {QuotaUnavailableError} */
  async cancel(endpoint: EndpointId, flows: readonly BulkFlow[]): Promise<void> {
    const desk = await this.deskOf(endpoint);
    await desk.combiner.change((state, now) => cancel(state, flows, now));
  }

  /** What an operator wants to see of an endpoint's calendar, freshly read. @throws {QuotaUnavailableError} */
  async status(endpoint: EndpointId): Promise<CalendarStatus> {
    const desk = await this.deskOf(endpoint);
    const { state } = await desk.replica.refresh();
    return statusOf(state, this.onlooker());
  }

  /** What is left of the quota of each endpoint that this process has asked for, as it last read; nothing is read. */
  allowances(): readonly (Pick<CalendarStatus, 'minute' | 'hour'> & {
    readonly endpoint: EndpointId;
  })[] {
    const now = this.clock.now();
    return [...this.replicas].flatMap(([endpoint, { image }]) =>
      image ? [{ endpoint, ...allowancesOf(commit(image.state, now, image.plan), now) }] : [],
    );
  }

  /**
   * Reads every calendar; false: they cannot be reached, which is the store's health.
   * @throws {CalendarTroubleError} the first one that was unreadable or lost, or is planned by other settings.
   */
  async check(): Promise<boolean> {
    const { store } = this.options;
    const rows = [...new Set(ENDPOINT_IDS.map((endpoint) => this.rowOf(endpoint)))];
    const states = await Promise.all(
      rows.map(async (row) => {
        const { stored } = await this.clock.timed(() => store.read(row));
        return stored;
      }),
    ).catch((error: unknown) => {
      if (error instanceof QuotaUnavailableError) return null;
      throw error;
    });
    for (const [index, stored] of (states ?? []).entries())
      if (stored) assertSound(rows[index] ?? '', stored.state, this.onlooker());
    return states !== null;
  }

  /** Why this process knows the endpoint's calendar to begin with the full cool-down; null: it does not. */
  async amnesiaOf(endpoint: EndpointId): Promise<Amnesia | null> {
    const desk = await this.desks.get(this.rowOf(endpoint))?.catch(() => null);
    const state = desk?.replica.image?.state;
    return state ? amnesiaOf(state, this.clock.now()) : null;
  }

  private onlooker(): Onlooker {
    return { now: this.clock.now(), config: this.config, startedAt: this.startTime() };
  }

  /** The start of this process by the store's time, as soon as that is known. */
  private startTime(): number {
    const at = this.clock.now() - (this.clock.elapsedMs() - this.startedElapsedMs);
    if (this.clock.isPrecise) this.startedAt ??= at;
    return this.startedAt ?? at;
  }

  /** The open breaker that keeps the endpoint from being called, as far as this process knows. Never fails. */
  async breakerOf(endpoint: EndpointId): Promise<Breaker | null> {
    const desk = await this.desks.get(this.rowOf(endpoint))?.catch(() => null);
    const known = desk?.replica.image;
    const breaker = known ? endpointBreaker(known.state, endpoint) : null;
    if (!desk || !breaker) return null;
    try {
      // Another process may have closed it since.
      const { state } = await desk.replica.imageForCall();
      return endpointBreaker(state, endpoint);
    } catch (error) {
      if (error instanceof QuotaUnavailableError) return breaker;
      throw error;
    }
  }

  private rowOf(endpoint: EndpointId): string {
    return rowOf(this.config.scope, endpoint);
  }

  private async deskOf(endpoint: EndpointId): Promise<Desk> {
    const row = this.rowOf(endpoint);
    let opening = this.desks.get(row);
    if (!opening) {
      opening = this.open(row);
      this.desks.set(row, opening);
      opening.catch(() => this.desks.delete(row));
    }
    const desk = await opening;
    this.replicas.set(endpoint, desk.replica);
    await this.ensureClock(desk.replica);
    return desk;
  }

  private async open(row: string): Promise<Desk> {
    const { store, clock, random, deniedAfterMs } = this.options;
    const { config, processId } = this;
    const startedAt = (): number => this.startTime();
    const replica = new CalendarReplica({
      store,
      row,
      clock,
      random,
      config,
      startedAt,
    });
    await this.ensureClock(replica);
    const answers = new Map<EndpointId, number>();
    const combiner = new Combiner({
      replica,
      clock,
      random,
      config,
      startedAt,
      deniedAfterMs,
      answers,
      processId,
    });
    const image = replica.image ?? (await replica.refresh());
    const until = await this.otherScopeUntil(image);
    if (until > clock.now())
      await combiner.change((state, now) =>
        state.coolUntil < until ? halt(state, now, until) : null,
      );
    return { replica, combiner, answers, coolUntil: 0, probing: new Set() };
  }

  /** After a change of scope: until when the calls counted in the other scope's calendars still matter. */
  private async otherScopeUntil(own: CalendarImage): Promise<number> {
    const rows =
      this.config.scope === 'application' ? ENDPOINT_IDS.map(endpointRow) : [APPLICATION_ROW];
    const replies = await Promise.all(rows.map((row) => this.options.store.read(row)));
    const writtenAt = Math.max(0, ...replies.map(({ stored }) => stored?.state?.asOf ?? 0));
    const ownAt = own.etag === null ? 0 : own.state.asOf;
    return writtenAt > ownAt ? writtenAt + memoryMs(this.config) : 0;
  }

  /** Reads until the server's time is known well enough; then continues with what is known. */
  private ensureClock(replica: CalendarReplica): Promise<void> {
    const ageMs = this.clock.elapsedMs() - this.sampledAt;
    const isRecent = ageMs >= 0 && ageMs < CLOCK_RETRY_MS;
    if (this.clock.isPrecise || isRecent) return Promise.resolve();
    this.sampling ??= this.sampleClock(replica).finally(() => {
      this.sampling = null;
    });
    return this.sampling;
  }

  private async sampleClock(replica: CalendarReplica): Promise<void> {
    const { clock } = this;
    for (let samples = 0; !clock.isPrecise && samples < CLOCK_SAMPLES; samples += 1) {
      await clock.sleep(clock.tellingInMs());
      await replica.refreshPatiently();
    }
    this.sampledAt = clock.elapsedMs();
  }
}

const nothing = (): void => undefined;
