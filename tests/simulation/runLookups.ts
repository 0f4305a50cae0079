import { Instance } from '../../local/simulation/Instance';
import { LookupProcess, type Surroundings } from '../../local/simulation/LookupProcess';
import { SeededRandom } from '../../local/SeededRandom';
import { SimulatedDefender } from '../../local/simulation/SimulatedDefender';
import { SimulatedQueue } from '../../local/simulation/SimulatedQueue';
import { SimulatedTable } from '../../local/simulation/SimulatedTable';
import { VirtualClock } from '../../local/simulation/VirtualClock';
import { BURST } from '../../local/simulation/worlds';
import type { BatchStore } from '../../shared/batches/BatchStore';
import type { CachedAnswer } from '../../shared/cache/AnswerCache';
import type { DefenderAnswer } from '../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../shared/defender/DefenderQuery';
import type { EndpointId } from '../../shared/defender/endpointIds';
import type { Lookup } from '../../shared/lookups/Lookup';
import type { OutgoingMessage } from '../../shared/messaging/QueueSender';
import type { CalendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import type { CalendarEntity } from '../../shared/quota/calendarCodec';
import { MemoryBatchStore } from '../shared/batches/MemoryBatchStore';
import { MemoryCallLeaseStore } from '../shared/calls/MemoryCallLeaseStore';
import { anAnswer, CACHE_TTL_MS } from '../shared/lookups/aLookup';
import { DEFAULTS } from '../../local/simulation/calendarConfigs';
import { silentLogger } from '../shared/telemetry/silentLogger';

export interface LookupsOptions extends Pick<Surroundings, 'asks' | 'batchMaxQuestions'> {
  readonly seed?: number;
  readonly instances: number;
  readonly lookups: number;
  /** The lookup of that number, received at an instant (Unix ms). */
  readonly lookupOf: (index: number, receivedAt: number) => Lookup;
  readonly answerTo: (query: DefenderQuery) => DefenderAnswer;
  readonly arriveWithinMs?: number;
  readonly crashEveryMs?: number | undefined;
  readonly quota?: Partial<CalendarConfig> | undefined;
  /** Whether the cache of answers cannot be written. */
  readonly isForgetful?: boolean | undefined;
  readonly batches?: (BatchStore & { readonly transactions: number }) | null | undefined;
  readonly stopAfterMs: number;
}

class ForgetfulMap<K, V> extends Map<K, V> {
  override set(): this {
    return this;
  }
}

export interface LookupsReport {
  readonly answered: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly totalCalls: number;
  readonly throttled: number;
  readonly calendarTransactions: number;
  readonly batchTransactions: number;
  readonly claimTransactions: number;
  readonly deliveries: number;
}

const TICK_MS = 10;

/** The app's own lookups in several processes, each message with one indicator. */
export async function runLookups(options: LookupsOptions): Promise<LookupsReport> {
  const { seed = 1, lookups, instances, arriveWithinMs = 1_000, crashEveryMs } = options;
  const time = new VirtualClock();
  const startAt = time.now();
  const random = new SeededRandom(seed);
  const part = () => new SeededRandom(Math.floor(random.next() * 2 ** 32));
  const intake = new SimulatedQueue<Lookup>(time, part(), BURST);
  const own = new SimulatedQueue<OutgoingMessage>(time, part(), BURST);
  const leases = new MemoryCallLeaseStore();
  const { batches = new MemoryBatchStore(), asks, batchMaxQuestions } = options;
  const calendars = new SimulatedTable<CalendarEntity>(time, part());
  const services = new Map<EndpointId, SimulatedDefender>();
  const quota = { ...DEFAULTS, bulkPerTenMinutes: 0, ...options.quota };
  const rules = { ...BURST.defender, perMinute: quota.perMinute, perHour: quota.perHour };
  const defenderOf = (endpoint: EndpointId): SimulatedDefender => {
    const known = services.get(endpoint);
    if (known) return known;
    const made = new SimulatedDefender({ ...rules, time, random: part(), callJitterMs: 500 });
    services.set(endpoint, made);
    return made;
  };
  const calls: Partial<Record<EndpointId, number>> = {};
  const outcomes: Record<string, number> = {};
  const records = new Set<string>();
  let endedAt = startAt;
  const around: Surroundings = {
    calendars,
    leases,
    cache: options.isForgetful
      ? new ForgetfulMap<string, CachedAnswer>()
      : new Map<string, CachedAnswer>(),
    answer: anAnswer(),
    answerTo: options.answerTo,
    cacheTtlMs: CACHE_TTL_MS,
    logger: silentLogger,
    defender: defenderOf('machine'),
    defenderOf,
    quota,
    ...(asks && { asks }),
    ...(batchMaxQuestions !== undefined && { batchMaxQuestions }),
    ...(batches && { batches }),
    onCall: ({ endpoint }) => (calls[endpoint] = (calls[endpoint] ?? 0) + 1),
    lookups: (message) => {
      own.send(message.messageId, message, message.scheduledAt ?? 0);
    },
    output: ({ messageId, applicationProperties }) => {
      if (records.has(messageId)) return;
      records.add(messageId);
      const outcome = String(applicationProperties?.['outcome']);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      endedAt = time.now();
    },
  };
  const startInstance = (): void => {
    const clockOffsetMs = (2 * random.next() - 1) * BURST.skewMs;
    const instance = new Instance({ time, random: part(), clockOffsetMs, crashPerAwait: 0 });
    const process = new LookupProcess(instance, part(), around);
    intake.consume(instance, (lookup) => process.start(lookup));
    own.consume(instance, (message, delivery) => process.goOn(message, delivery));
    if (crashEveryMs === undefined) return;
    instance.onDeath(startInstance);
    time.at(time.now() + crashEveryMs * (0.5 + random.next()), () => {
      instance.crash();
    });
  };
  // A process that waits for the others of its turn has nothing in the clock, which must not stop for that.
  const tick = (): void => void time.at(time.now() + TICK_MS, tick);
  tick();
  for (let index = 0; index < instances; index += 1) startInstance();
  for (let index = 0; index < lookups; index += 1) {
    const at = startAt + Math.round((index / lookups) * arriveWithinMs);
    time.at(at, () => {
      intake.send(String(index), options.lookupOf(index, at), at);
    });
  }

  await time.runUntil(() => records.size >= lookups || time.now() - startAt > options.stopAfterMs);

  const counted = Object.values(calls).reduce((sum, each) => sum + each, 0);
  return {
    answered: records.size,
    outcomes,
    seconds: (endedAt - startAt) / 1_000,
    calls,
    totalCalls: counted,
    throttled: [...services.values()].reduce((sum, each) => sum + each.rejected.length, 0),
    calendarTransactions: calendars.transactions,
    batchTransactions: batches?.transactions ?? 0,
    claimTransactions: leases.transactions,
    deliveries: intake.deliveries + own.deliveries,
  };
}
