import type { CachedAnswer } from '../../shared/cache/AnswerCache';
import { queryKey } from '../../shared/defender/endpoints';
import type { Lookup } from '../../shared/lookups/Lookup';
import { lookupId, requestId } from '../../shared/messaging/ids';
import type { OutgoingMessage } from '../../shared/messaging/QueueSender';
import { FLOWS } from '../../shared/quota/calendar/CalendarState';
import { decodeCalendar, type CalendarEntity } from '../../shared/quota/calendarCodec';
import { StorageUnavailableError } from '../../shared/storage/StorageUnavailableError';
import { aLookup, anAnswer, CACHE_TTL_MS } from '../shared/lookups/aLookup';
import { silentLogger } from '../shared/telemetry/silentLogger';
import { times } from '../shared/quota/calendar/fixtures';
import { MemoryCallLeaseStore } from '../shared/calls/MemoryCallLeaseStore';
import { SeededRandom } from '../../local/SeededRandom';
import { Instance } from '../../local/simulation/Instance';
import { LookupProcess, type Surroundings } from '../../local/simulation/LookupProcess';
import { SimulatedDefender } from '../../local/simulation/SimulatedDefender';
import { SimulatedQueue } from '../../local/simulation/SimulatedQueue';
import { SimulatedTable } from '../../local/simulation/SimulatedTable';
import { VirtualClock } from '../../local/simulation/VirtualClock';
import { BURST } from '../../local/simulation/worlds';

const MINUTE_MS = 60_000;
const BACKLOG = 300;
const ALERTS = 1_000;
const IPS = 20;

/** The backlog within a second; a minute later the alerts, within another. */
function arrivals(startAt: number): readonly { id: string; ip: string; at: number }[] {
  return [
    ...times(BACKLOG, (index) => ({
      id: `backlog-${index}`,
      ip: `10.1.${index >> 8}.${index & 255}`,
      at: startAt + index,
    })),
    ...times(ALERTS, (index) => ({
      id: `alert-${index}`,
      ip: `10.2.0.${index % IPS}`,
      at: startAt + (1 + index / ALERTS) * MINUTE_MS,
    })),
  ];
}

async function alertsBehindBacklog(options: {
  instances: number;
  crashEveryMs?: number;
  leases?: MemoryCallLeaseStore;
}) {
  const time = new VirtualClock();
  const startAt = time.now();
  const random = new SeededRandom(1);
  const part = () => new SeededRandom(Math.floor(random.next() * 2 ** 32));
  const intake = new SimulatedQueue<Lookup>(time, part(), BURST);
  const own = new SimulatedQueue<OutgoingMessage>(time, part(), BURST);
  const { leases = new MemoryCallLeaseStore() } = options;
  const calendars = new SimulatedTable<CalendarEntity>(time, part());
  const defender = new SimulatedDefender({
    ...BURST.defender,
    time,
    random: part(),
    callJitterMs: 500,
  });
  const calls: string[] = [];
  const records = new Set<string>();
  const around: Surroundings = {
    calendars,
    leases,
    cache: new Map<string, CachedAnswer>(),
    answer: anAnswer(),
    cacheTtlMs: CACHE_TTL_MS,
    logger: silentLogger,
    defender,
    onCall: (query) => calls.push(queryKey(query)),
    lookups: (message) => {
      own.send(message.messageId, message, message.scheduledAt ?? 0);
    },
    output: ({ messageId }) => records.add(messageId),
  };
  const startInstance = (): void => {
    const clockOffsetMs = (2 * random.next() - 1) * BURST.skewMs;
    const instance = new Instance({ time, random: part(), clockOffsetMs, crashPerAwait: 0 });
    const process = new LookupProcess(instance, part(), around);
    intake.consume(instance, (lookup) => process.start(lookup));
    own.consume(instance, (message, delivery) => process.goOn(message, delivery));
    if (options.crashEveryMs === undefined) return;
    instance.onDeath(startInstance);
    time.at(time.now() + options.crashEveryMs * (0.5 + random.next()), () => {
      instance.crash();
    });
  };
  for (let index = 0; index < options.instances; index += 1) startInstance();
  for (const { id, ip, at } of arrivals(startAt))
    time.at(at, () => {
      intake.send(id, lookupOf(id, ip, at), at);
    });

  await time.runUntil(() => records.size >= BACKLOG + ALERTS);

  const tickets = { taken: 0 };
  void calendars.read('cal|findByIp').then(({ result: row }) => {
    const { flows } = decodeCalendar(row?.value);
    for (const line of FLOWS) tickets.taken += flows[line].issued;
  });
  await time.runUntil(() => tickets.taken > 0);
  return {
    records: records.size,
    throttled: defender.rejected.length,
    callsForAlerts: calls.filter((key) => key.includes("ip='10.2.0.")).length,
    tickets: tickets.taken,
    claimTransactions: leases.transactions,
  };
}

function lookupOf(id: string, ip: string, receivedAt: number): Lookup {
  const lookup = aLookup('ip', ip, {
    id: lookupId([id]),
    expiresAt: receivedAt + 1_440 * MINUTE_MS,
  });
  const { request, subject } = lookup;
  return {
    ...lookup,
    request: { ...request, id: requestId([id], []), messageId: id, receivedAt },
    subject: { ...subject, observedAt: receivedAt },
  };
}

describe('1,000 alerts on 20 addresses behind a backlog', () => {
  it.each([{ instances: 4 }, { instances: 16 }])(
    'cost 20 calls and 20 tickets, $instances instances',
    async ({ instances }) => {
      const result = await alertsBehindBacklog({ instances });

      expect(result.records).toBe(BACKLOG + ALERTS);
      expect(result.throttled).toBe(0);
      expect(result.callsForAlerts).toBe(IPS);
      expect(result.tickets).toBe(BACKLOG + IPS);
      expect(result.claimTransactions).toBeLessThanOrEqual(2 * (BACKLOG + ALERTS));
    },
  );

  it('are all answered without a 429 while instances crash every minute', async () => {
    const result = await alertsBehindBacklog({ instances: 4, crashEveryMs: MINUTE_MS });

    expect(result.records).toBe(BACKLOG + ALERTS);
    expect(result.throttled).toBe(0);
    expect(result.callsForAlerts).toBeLessThanOrEqual(2 * IPS);
  });

  it('take 1,000 tickets, and no harm, while claims cannot be made', async () => {
    const result = await alertsBehindBacklog({ instances: 4, leases: new BrokenClaimStore() });

    expect(result.records).toBe(BACKLOG + ALERTS);
    expect(result.throttled).toBe(0);
    expect(result.tickets).toBeGreaterThanOrEqual(BACKLOG + ALERTS);
  });
});

class BrokenClaimStore extends MemoryCallLeaseStore {
  override insert(): Promise<null> {
    return Promise.reject(new StorageUnavailableError('make a claim', 'ETIMEDOUT'));
  }
}
