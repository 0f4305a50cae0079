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
import { MINUTE_MS } from '../../shared/clock/durations';
import type { DefenderAnswer } from '../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../shared/defender/DefenderQuery';
import type { EndpointId } from '../../shared/defender/endpointIds';
import { matchesFilter } from '../../shared/defender/matchesFilter';
import type { Lookup } from '../../shared/lookups/Lookup';
import { lookupId, requestId } from '../../shared/messaging/ids';
import type { OutgoingMessage } from '../../shared/messaging/QueueSender';
import type { CalendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import type { CalendarEntity } from '../../shared/quota/calendarCodec';
import { MemoryBatchStore } from '../shared/batches/MemoryBatchStore';
import { MemoryCallLeaseStore } from '../shared/calls/MemoryCallLeaseStore';
import { aLookup, aMachine, anAnswer, CACHE_TTL_MS, notFound } from '../shared/lookups/aLookup';
import { DEFAULTS } from '../../local/simulation/calendarConfigs';
import { times } from '../shared/quota/calendar/fixtures';
import { silentLogger } from '../shared/telemetry/silentLogger';

export interface BurstOptions {
  readonly instances: number;
  readonly lookups: number;
  readonly arriveWithinMs?: number;
  readonly crashEveryMs?: number;
  readonly quota?: Partial<CalendarConfig>;
  /** Whether the cache of answers cannot be written. */
  readonly isForgetful?: boolean;
  /** Whether Defender knows all that is asked for. Default: nine in ten. */
  readonly areKnown?: boolean;
  readonly batches?: (BatchStore & { readonly transactions: number }) | null;
}

class ForgetfulMap<K, V> extends Map<K, V> {
  override set(): this {
    return this;
  }
}

export interface BurstReport {
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

/** Far longer than any of them takes. */
const STOP_AFTER_MS = 60 * MINUTE_MS;
const TICK_MS = 10;
const UNKNOWN = 1_000_000;
const idOf = (index: number): string => `1${index.toString(16).padStart(39, '0')}`;
const nameOf = (index: number): string => `ws-${index}.contoso.com`;
const alertIdOf = (index: number): string => `da${String(index).padStart(18, '6')}_${index}`;

/** Thirds: full names, device ids, alert ids, each of another machine. */
function lookupOf(index: number, receivedAt: number, areKnown: boolean): Lookup {
  const kinds = ['host', 'machine', 'alert'] as const;
  const values = [nameOf, idOf, alertIdOf] as const;
  // Defender does not know one in ten: an unknown device and alert take a call of their own.
  const asked = !areKnown && index % 10 === 9 ? UNKNOWN + index : index;
  const lookup = aLookup(kinds[index % 3] ?? 'host', (values[index % 3] ?? nameOf)(asked), {
    id: lookupId([String(index)]),
    expiresAt: receivedAt + 1_440 * MINUTE_MS,
  });
  const { request, subject } = lookup;
  return {
    ...lookup,
    request: { ...request, id: requestId([String(index)], []), receivedAt },
    subject: { ...subject, observedAt: receivedAt },
  };
}

/** A tenant in which every machine and alert exists that is asked for. */
function answerTo(lookups: number): (query: DefenderQuery) => DefenderAnswer {
  const machines = times(lookups, (index) =>
    aMachine(idOf(index), { computerDnsName: nameOf(index) }),
  );
  const alertIds = new Map(times(lookups, (index) => [alertIdOf(index), index] as const));
  const machineOf = (id: string) => machines[parseInt(id.slice(1), 16)];
  const found = (...all: readonly (DefenderAnswer['machines'][number] | undefined)[]) =>
    anAnswer({ machines: all.flatMap((each) => each ?? []) });
  const machineAlone = (machine: DefenderAnswer['machines'][number] | undefined) =>
    machine ? found(machine) : notFound;
  return (query) => {
    switch (query.endpoint) {
      case 'machine':
        return machineAlone(machineOf(query.id.value));
      case 'alertMachine':
        return machineAlone(machineOf(idOf(alertIds.get(query.alertId.value) ?? UNKNOWN)));
      case 'alerts':
        return anAnswer({
          alerts: query.ids.flatMap(({ value: id }) => {
            const index = alertIds.get(id);
            return index === undefined ? [] : [{ id, machineId: idOf(index) }];
          }),
        });
      case 'machines':
        return found(
          ...machines.filter((each) => query.filter && matchesFilter(query.filter, each)),
        );
      default:
        return anAnswer();
    }
  };
}

/** The app's own lookups in several processes, each message with one indicator. */
export async function batchedBurst(options: BurstOptions): Promise<BurstReport> {
  const { lookups, instances, arriveWithinMs = 1_000, crashEveryMs, areKnown = false } = options;
  const time = new VirtualClock();
  const startAt = time.now();
  const random = new SeededRandom(1);
  const part = () => new SeededRandom(Math.floor(random.next() * 2 ** 32));
  const intake = new SimulatedQueue<Lookup>(time, part(), BURST);
  const own = new SimulatedQueue<OutgoingMessage>(time, part(), BURST);
  const leases = new MemoryCallLeaseStore();
  const { batches = new MemoryBatchStore() } = options;
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
    answerTo: answerTo(lookups),
    cacheTtlMs: CACHE_TTL_MS,
    logger: silentLogger,
    defender: defenderOf('machine'),
    defenderOf,
    quota,
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
      intake.send(String(index), lookupOf(index, at, areKnown), at);
    });
  }

  await time.runUntil(() => records.size >= lookups || time.now() - startAt > STOP_AFTER_MS);

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
