import { SeededRandom } from '../../local/SeededRandom';
import { DEFAULTS } from '../../local/simulation/calendarConfigs';
import { Instance } from '../../local/simulation/Instance';
import { SimulatedCalendarStore } from '../../local/simulation/SimulatedCalendarStore';
import { SimulatedTable, TableFailure } from '../../local/simulation/SimulatedTable';
import { VirtualClock } from '../../local/simulation/VirtualClock';
import { AgentPlaces } from '../../shared/callers/AgentPlaces';
import type { AgentNote, AgentRowStore } from '../../shared/callers/AgentRowStore';
import { AgentTickets } from '../../shared/callers/AgentTickets';
import { StoreClock } from '../../shared/clock/StoreClock';
import { HOUR_MS } from '../../shared/clock/durations';
import type { CalendarEntity } from '../../shared/quota/calendarCodec';
import type { TicketRequest } from '../../shared/quota/Quota';
import { QuotaKeeper } from '../../shared/quota/QuotaKeeper';
import type { StoredRequest } from '../../shared/requests/RequestStore';
import { StorageUnavailableError } from '../../shared/storage/StorageUnavailableError';

export interface AgentsOptions {
  readonly hours: number;
  readonly instances: number;
  /** At random times, each at a random process. */
  readonly peoplePerHour: number;
  readonly agentsPerHour: number;
}

/** Instants are ms after the start. */
export interface AgentsReport {
  /** From a person's question to the call; null: there was no slot in time. */
  readonly peopleMs: readonly (number | null)[];
  readonly agentTickets: readonly number[];
  /** Calls of the queue for what agents left waiting. */
  readonly agentLookups: readonly number[];
  readonly mostOpen: number;
  readonly agentRowRequests: number;
}

const ENDPOINT = 'machine';
const SKEW_MS = 2_000;
const MAX_WAIT_MS = 10_000;

/** People and an agent that never stops, each at any of several processes that share what lies in the Table. */
export async function runAgents(options: AgentsOptions): Promise<AgentsReport> {
  const world = new AgentsWorld(options);
  return world.run();
}

class AgentsWorld {
  private readonly time = new VirtualClock();
  private readonly startAt = this.time.now();
  private readonly calendars = new SimulatedTable<CalendarEntity>(this.time, new SeededRandom(1));
  private readonly notes = new SimulatedTable<readonly AgentNote[]>(this.time, new SeededRandom(2));
  private readonly people = new SeededRandom(3);
  private readonly agents = new SeededRandom(4);
  private readonly processes: readonly Process[];
  private readonly peopleMs: (number | null)[] = [];
  private readonly agentTickets: number[] = [];
  private readonly agentLookups: number[] = [];
  /** Of agents, by request: when it ended. */
  private readonly requests = new Map<string, number | null>();
  private open = 0;
  private mostOpen = 0;
  private failure: unknown = null;

  constructor(private readonly options: AgentsOptions) {
    const skew = new SeededRandom(5);
    this.processes = Array.from({ length: options.instances }, (_, index) => {
      const clockOffsetMs = Math.round((2 * skew.next() - 1) * SKEW_MS);
      const random = new SeededRandom(100 + index);
      const instance = new Instance({ time: this.time, random, clockOffsetMs, crashPerAwait: 0 });
      return this.start(instance, random);
    });
  }

  async run(): Promise<AgentsReport> {
    const { time, startAt, options } = this;
    const endAt = startAt + options.hours * HOUR_MS;
    this.every(options.peoplePerHour, this.people, (process) => this.servePerson(process));
    this.every(options.agentsPerHour, this.agents, (process) => this.serveAgent(process));
    await time.runUntil(() => this.failure !== null || time.now() >= endAt);
    if (this.failure !== null) throw this.failure as Error; // whatever was thrown
    const { peopleMs, agentTickets, agentLookups, mostOpen, notes } = this;
    return {
      peopleMs,
      agentTickets,
      agentLookups,
      mostOpen,
      agentRowRequests: notes.transactions,
    };
  }

  private start(instance: Instance, random: SeededRandom): Process {
    const clock = new StoreClock(instance.clock);
    const store = new SimulatedCalendarStore(this.calendars, instance);
    const keeper = new QuotaKeeper({ store, clock, random, config: DEFAULTS, deniedAfterMs: 0 });
    const rows = this.rows();
    const requests = { read: async (id: string) => this.requestOf(id) };
    const shares = { maxPerMinute: 10, maxPerHour: 100 };
    const rowOf = (endpoint: string) => endpoint;
    return {
      keeper,
      clock,
      tickets: new AgentTickets({ quota: keeper, store: rows, rowOf, clock, ...shares }),
      places: new AgentPlaces({ store: rows, requests, clock, maxAgeMs: 24 * HOUR_MS }),
    };
  }

  private rows(): AgentRowStore {
    const ask = async <T>(request: Promise<{ readonly result: T }>): Promise<T> => {
      try {
        return (await request).result;
      } catch (error) {
        if (!(error instanceof TableFailure)) throw error;
        throw new StorageUnavailableError('use the row', error.message);
      }
    };
    return {
      read: async (row) => {
        const found = await ask(this.notes.read(row));
        return { notes: found?.value ?? [], etag: found?.etag ?? null };
      },
      write: (row, notes, etag) => ask(this.notes.write(row, notes, etag)),
    };
  }

  private requestOf(requestId: string): StoredRequest | null {
    const doneAt = this.requests.get(requestId);
    if (doneAt === undefined) return null;
    const indicator = { kind: 'machine', value: null, raw: '', path: '' } as never; // not looked at
    const lookups = [{ lookupId: 'l', position: 1, indicator, notBefore: 0, doneAt }];
    return { requestId, receivedAt: 0, lookups, ignored: [], leftOut: [] };
  }

  private every(
    perHour: number,
    random: SeededRandom,
    serve: (process: Process) => Promise<void>,
  ): void {
    if (perHour === 0) return;
    const next = (): void => {
      const inMs = (-Math.log(1 - random.next()) * HOUR_MS) / perHour;
      this.time.at(this.time.now() + inMs, () => {
        next();
        const process = this.processes[random.below(this.processes.length)];
        if (process) serve(process).catch((error: unknown) => (this.failure ??= error));
      });
    };
    next();
  }

  private async servePerson({ keeper }: Process): Promise<void> {
    const askedAt = this.time.now();
    const taken = await keeper.take({
      lane: 'interactive',
      endpoint: ENDPOINT,
      maxWaitMs: MAX_WAIT_MS,
    });
    const slot =
      taken.outcome === 'granted'
        ? await keeper.awaitSlot(taken.ticket, { holdMs: MAX_WAIT_MS })
        : null;
    this.peopleMs.push(slot?.outcome === 'call' ? this.time.now() - askedAt : null);
  }

  /** Now, in the queue, or not at all. */
  private async serveAgent({ keeper, tickets, places }: Process): Promise<void> {
    const request = { lane: 'interactive', endpoint: ENDPOINT, maxWaitMs: MAX_WAIT_MS } as const;
    const taken = await tickets.take(request);
    if (taken.outcome === 'granted') {
      const slot = await keeper.awaitSlot(taken.ticket, { holdMs: MAX_WAIT_MS });
      if (slot.outcome === 'call') this.agentTickets.push(this.time.now() - this.startAt);
      return;
    }
    const requestId = `r${this.requests.size}`;
    this.requests.set(requestId, null);
    if ((await places.takeIn(requestId, 1)) !== null) {
      this.requests.delete(requestId);
      return;
    }
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    await this.workOff(keeper);
    this.open -= 1;
    this.requests.set(requestId, this.time.now());
    this.agentLookups.push(this.time.now() - this.startAt);
  }

  private async workOff(keeper: QuotaKeeper): Promise<void> {
    const request: TicketRequest = {
      lane: 'bulk',
      endpoint: ENDPOINT,
      flow: 'low',
      expiresAt: Infinity,
      admission: 'always',
    };
    const taken = await keeper.take(request);
    if (taken.outcome !== 'granted') return;
    await this.time.sleep(taken.slotAt - this.time.now());
    await keeper.awaitSlot(taken.ticket, { holdMs: MAX_WAIT_MS });
  }
}

interface Process {
  readonly keeper: QuotaKeeper;
  readonly clock: StoreClock;
  readonly tickets: AgentTickets;
  readonly places: AgentPlaces;
}
