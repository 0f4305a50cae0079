import type { Clock, Random } from '../clock/Clock';
import { ENDPOINT_IDS, type EndpointId } from '../defender/endpointIds';
import { clampRetryAfter, fail, probe, recover, throttle } from './calendar/breaker';
import { memoryMs, type CalendarConfig } from './calendar/CalendarConfig';
import { cancel, halt } from './calendar/commit';
import { isDenied, lineOf } from './calendar/issue';
import { endpointBreaker } from './calendar/openBreaker';
import { CalendarReplica, type CalendarImage } from './CalendarReplica';
import type { CalendarStore } from './CalendarStore';
import type { SlotForecast } from './Claims';
import { Combiner } from './Combiner';
import type {
  CallResult,
  Flow,
  Quota,
  SlotAnswer,
  Ticket,
  TicketAnswer,
  TicketRequest,
} from './Quota';
import { QuotaUnavailableError } from './QuotaUnavailableError';
import { ServerClock } from './ServerClock';
import { statusOf, type CalendarStatus } from './CalendarStatus';

export interface QuotaKeeperOptions {
  readonly store: CalendarStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Of this process; a calendar is planned by what is stored with it, see `adoptConfig`. */
  readonly config: CalendarConfig;
  /** How long an endpoint may refuse our rights before its queue lookups end `denied`. */
  readonly deniedAfterMs: number;
}

const CLOCK_SAMPLES = 10;
const CLOCK_SAMPLE_EVERY_MS = 100;
/** Where the way to the store is too long for a precise clock, it is tried again so often only. */
const CLOCK_RETRY_MS = 10_000;

interface Desk {
  readonly replica: CalendarReplica;
  readonly combiner: Combiner;
  /** Server time before which this process calls nobody, known before the calendar says so. */
  coolUntil: number;
  /** Tickets of this process that probe an open breaker. */
  readonly probing: Set<string>;
}

/** The quota shared by all processes through calendars in a store: one desk per calendar in each process. */
export class QuotaKeeper implements Quota, SlotForecast {
  private readonly serverClock: ServerClock;
  private readonly desks = new Map<string, Promise<Desk>>();
  private readonly config: CalendarConfig;
  private readonly processId: string;
  private readonly startedLocallyAt: number;
  private startedAt = 0;
  private sampling: Promise<void> | null = null;
  private sampledAt = -Infinity;

  constructor(private readonly options: QuotaKeeperOptions) {
    this.serverClock = new ServerClock(options.clock);
    this.config = options.config;
    this.processId = Math.floor(options.random.next() * 2 ** 48).toString(36);
    this.startedLocallyAt = options.clock.now();
  }

  async take(request: TicketRequest): Promise<TicketAnswer> {
    const desk = await this.deskOf(request.endpoint);
    return desk.combiner.issue(request);
  }

  async awaitSlot(
    ticket: Ticket,
    { holdMs, signal }: { readonly holdMs: number; readonly signal?: AbortSignal },
  ): Promise<SlotAnswer> {
    const { clock } = this.options;
    const desk = await this.deskOf(ticket.endpoint);
    const askedAt = clock.now();
    const giveUpAt = this.serverClock.now() + holdMs;
    let image = desk.replica.image ?? (await desk.replica.refresh());
    for (;;) {
      const slotAt = slotIn(image, ticket);
      const now = this.serverClock.now();
      const { useWindowMs, readTtlMs } = image.state.config;
      if (slotAt === null || now > slotAt + useWindowMs) {
        // An image from before the question may not know the ticket yet, or that its slot moved.
        if (image.readAt >= askedAt) return { outcome: 'unknown' };
        image = await desk.replica.refresh();
        continue;
      }
      const breaker = endpointBreaker(image.state, ticket.endpoint);
      if (breaker && slotAt > now && this.denies(breaker, ticket)) {
        if (desk.replica.ageMs(image) <= readTtlMs) return { outcome: 'denied', breaker };
        image = await desk.replica.refresh();
        continue;
      }
      if (slotAt > giveUpAt) return { outcome: 'later', slotAt };
      if (slotAt > now) {
        await clock.sleep(slotAt - now, signal);
        image = await desk.replica.imageForCall();
        continue;
      }
      const sure = await desk.replica.imageForCall();
      if (sure !== image) {
        image = sure;
        continue;
      }
      if (desk.coolUntil > now) return { outcome: 'later', slotAt: desk.coolUntil };
      if (!breaker) return { outcome: 'call' };
      const answer = await this.askToProbe(desk, ticket);
      if (answer) return answer;
      image = desk.replica.image ?? image;
    }
  }

  /** Never fails: what cannot be written now will be found out by the next call. */
  async report(ticket: Ticket, result: CallResult): Promise<void> {
    const desk = await this.deskOf(ticket.endpoint);
    const probed = desk.probing.delete(keyOf(ticket));
    const { endpoint } = ticket;
    try {
      switch (result.outcome) {
        case 'answered':
          if (desk.replica.image?.state.breakers[endpoint])
            await desk.combiner.change((state, now) => recover(state, endpoint, now));
          return;
        case 'throttled': {
          const { retryAfterMs } = result;
          desk.coolUntil = this.serverClock.now() + clampRetryAfter(retryAfterMs);
          await desk.combiner.change((state, now) => throttle(state, now, retryAfterMs));
          return;
        }
        case 'forbidden':
        case 'unauthorized':
        case 'failed': {
          const why = result.outcome === 'failed' ? 'failing' : result.outcome;
          await desk.combiner.change((state, now) => fail(state, { endpoint, why, probed }, now));
        }
      }
    } catch (error) {
      if (!(error instanceof QuotaUnavailableError)) throw error;
    }
  }

  async forecast(request: TicketRequest): Promise<number> {
    const { replica } = await this.deskOf(request.endpoint);
    const { plan } = replica.image ?? (await replica.refresh());
    return Math.max(this.serverClock.now(), plan.tailOf(lineOf(request)));
  }

  async slotOf(ticket: Ticket): Promise<number | null> {
    const { replica } = await this.deskOf(ticket.endpoint);
    const known = replica.image ? slotIn(replica.image, ticket) : null;
    // A slot that lies ahead can only move later; whatever else the image says may be out of date.
    if (known !== null && known > this.serverClock.now()) return known;
    return slotIn(await replica.imageForCall(), ticket);
  }

  /** Drops all waiting tickets of the flows: their holders find them unknown. @throws {QuotaUnavailableError} */
  async cancel(endpoint: EndpointId, flows: readonly Flow[]): Promise<void> {
    const desk = await this.deskOf(endpoint);
    await desk.combiner.change((state, now) => cancel(state, flows, now));
  }

  /** What an operator wants to see of an endpoint's calendar, freshly read. @throws {QuotaUnavailableError} */
  async status(endpoint: EndpointId): Promise<CalendarStatus> {
    const desk = await this.deskOf(endpoint);
    const { state } = await desk.replica.refresh();
    return statusOf(state, this.serverClock.now());
  }

  private denies(breaker: Parameters<typeof isDenied>[0], ticket: Ticket): boolean {
    const { deniedAfterMs } = this.options;
    return isDenied(breaker, lineOf(ticket), { now: this.serverClock.now(), deniedAfterMs });
  }

  /** Null: somebody else probes, and the calendar has changed. */
  private async askToProbe(desk: Desk, ticket: Ticket): Promise<SlotAnswer | null> {
    const { endpoint, ordinal } = ticket;
    const line = lineOf(ticket);
    const won = await desk.combiner.change((state, now) =>
      state.epoch === ticket.epoch ? probe(state, { endpoint, line, ordinal }, now) : null,
    );
    if (won) {
      desk.probing.add(keyOf(ticket));
      return { outcome: 'call' };
    }
    const image = desk.replica.image;
    const breaker = image && endpointBreaker(image.state, endpoint);
    if (!breaker) return null;
    if (this.denies(breaker, ticket)) return { outcome: 'denied', breaker };
    // Where endpoints share the calendar, a broken one's lookups wait without a ticket.
    return this.config.scope === 'application' ? { outcome: 'unknown' } : null;
  }

  private async deskOf(endpoint: EndpointId): Promise<Desk> {
    const row = this.config.scope === 'application' ? APPLICATION_ROW : endpointRow(endpoint);
    let opening = this.desks.get(row);
    if (!opening) {
      opening = this.open(row);
      this.desks.set(row, opening);
      opening.catch(() => this.desks.delete(row));
    }
    const desk = await opening;
    await this.ensureClock(desk.replica);
    return desk;
  }

  private async open(row: string): Promise<Desk> {
    const { store, clock, random, deniedAfterMs } = this.options;
    const { serverClock, config, processId } = this;
    const startedAt = (): number => this.startedAt;
    const replica = new CalendarReplica({
      store,
      row,
      clock,
      random,
      serverClock,
      config,
      startedAt,
    });
    await this.ensureClock(replica);
    this.startedAt ||= this.startedLocallyAt + serverClock.now() - clock.now();
    const combiner = new Combiner({
      ...{ replica, clock, random, serverClock, config, startedAt, deniedAfterMs, processId },
    });
    const image = replica.image ?? (await replica.refresh());
    const until = await this.otherScopeUntil(image);
    if (until > serverClock.now())
      await combiner.change((state, now) =>
        state.coolUntil < until ? halt(state, now, until) : null,
      );
    return { replica, combiner, coolUntil: 0, probing: new Set() };
  }

  /** After a change of scope: until when the calls counted in the other scope's calendars still matter. */
  private async otherScopeUntil(own: CalendarImage): Promise<number> {
    const rows =
      this.config.scope === 'application' ? ENDPOINT_IDS.map(endpointRow) : [APPLICATION_ROW];
    const replies = await Promise.all(rows.map((row) => this.options.store.read(row)));
    const writtenAt = Math.max(0, ...replies.map(({ stored }) => stored?.state.asOf ?? 0));
    const ownAt = own.etag === null ? 0 : own.state.asOf;
    return writtenAt > ownAt ? writtenAt + memoryMs(this.config) : 0;
  }

  /** Reads until the server's time is known well enough; then goes on with what is known. */
  private ensureClock(replica: CalendarReplica): Promise<void> {
    const isRecent = this.options.clock.now() - this.sampledAt < CLOCK_RETRY_MS;
    if (this.serverClock.isPrecise || isRecent) return Promise.resolve();
    this.sampling ??= this.sampleClock(replica).finally(() => {
      this.sampling = null;
    });
    return this.sampling;
  }

  private async sampleClock(replica: CalendarReplica): Promise<void> {
    for (let samples = 1; ; samples += 1) {
      await replica.refreshPatiently();
      if (this.serverClock.isPrecise || samples >= CLOCK_SAMPLES) break;
      await this.options.clock.sleep(CLOCK_SAMPLE_EVERY_MS);
    }
    this.sampledAt = this.options.clock.now();
  }
}

const APPLICATION_ROW = 'cal|*';
const endpointRow = (endpoint: EndpointId): string => `cal|${endpoint}`;

const keyOf = ({ epoch, ordinal, ...ticket }: Ticket): string =>
  `${epoch}|${lineOf(ticket)}|${ordinal}`;

const slotIn = ({ state, plan }: CalendarImage, ticket: Ticket): number | null =>
  ticket.epoch === state.epoch ? plan.slotOf(lineOf(ticket), ticket.ordinal) : null;
