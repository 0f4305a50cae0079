import { StoreClock } from '../../../shared/clock/StoreClock';
import { codeOf } from '../../../shared/health/codeOf';
import type { CalendarConfig } from '../../../shared/quota/calendar/CalendarConfig';
import { newEpoch } from '../../../shared/quota/calendar/epoch';
import type { CalendarEntity } from '../../../shared/quota/calendarCodec';
import type { Ticket, TicketRequest } from '../../../shared/quota/Quota';
import type { CalendarStore } from '../../../shared/quota/CalendarStore';
import { QuotaKeeper } from '../../../shared/quota/QuotaKeeper';
import { QuotaUnavailableError } from '../../../shared/quota/QuotaUnavailableError';
import { BULK_ONLY, DEFAULTS } from '../../../local/simulation/calendarConfigs';
import { bulk, interactive, times } from './calendar/fixtures';
import { MemoryCalendarStore, type Fate } from './MemoryCalendarStore';
import { SeededRandom } from '../../../local/SeededRandom';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const HOUR_MS = 3_600_000;
const random = new SeededRandom(99);
const HOLD = { holdMs: 4_000 };

/** Some processes on one store, in virtual time. */
function world(options: { config?: CalendarConfig; processes?: number; rttMs?: number } = {}) {
  const clock = new VirtualClock();
  const weather = { fates: [] as Fate[], cutOff: new Set<number>() };
  const half = (options.rttMs ?? 10) / 2;
  const store = new MemoryCalendarStore(
    clock,
    () => weather.fates.shift() ?? { beforeMs: half, afterMs: half },
  );
  /** The way of one process to the store. */
  const wayOf = (index: number): CalendarStore => {
    const ask = async <T>(request: () => Promise<T>): Promise<T> => {
      if (!weather.cutOff.has(index)) return request();
      await clock.sleep(50);
      throw new QuotaUnavailableError('This process is cut off.');
    };
    return {
      partition: store.partition,
      read: (row) => ask(() => store.read(row)),
      write: (row, state, etag) => ask(() => store.write(row, state, etag)),
      setAside: (row, state, etag) => ask(() => store.setAside(row, state, etag)),
    };
  };
  const timers = times(options.processes ?? 1, (index) => clock.skewed((index % 5) * 700 - 1_400));
  const keepers = timers.map(
    (timer, index) =>
      new QuotaKeeper({
        store: wayOf(index),
        clock: new StoreClock(timer),
        random: new SeededRandom(index + 1),
        config: options.config ?? DEFAULTS,
        deniedAfterMs: 4 * HOUR_MS,
      }),
  );
  const [keeper = neverKeeper()] = keepers;
  const granted = async (by: QuotaKeeper, request: TicketRequest) => {
    const answer = await clock.run(by.take(request));
    if (answer.outcome !== 'granted') throw new Error(`Not granted but ${answer.outcome}`);
    return answer;
  };
  return { clock, store, timers, keepers, keeper, weather, granted };
}

const neverKeeper = (): never => {
  throw new Error('No keeper');
};

describe('QuotaKeeper.take()', () => {
  it('grants the first ticket for now', async () => {
    const { clock, keeper, granted } = world();

    const { slotAt, ticket } = await granted(keeper, bulk());

    expect(Math.abs(slotAt - clock.now())).toBeLessThanOrEqual(300);
    expect(ticket).toMatchObject({ endpoint: 'machine', lane: 'bulk', flow: 'normal', ordinal: 0 });
  });

  it('joins concurrent requests of a process in one write', async () => {
    const { clock, keeper, store, granted } = world();
    await granted(keeper, bulk());
    const before = store.writes;

    const answers = await clock.run(Promise.all(times(100, () => keeper.take(bulk()))));

    expect(store.writes - before).toBe(1);
    expect(new Set(answers.map((a) => a.outcome === 'granted' && a.ticket.ordinal)).size).toBe(100);
  });

  it('needs one transaction per call alone, and two among others', async () => {
    const alone = world();
    const among = world({ processes: 2 });
    const cost = async ({ clock, store, keepers, granted }: typeof alone) => {
      for (const keeper of keepers) await granted(keeper, bulk());
      for (const keeper of keepers) await granted(keeper, bulk());
      const before = store.reads + store.writes;
      for (let round = 0; round < 10; round += 1) {
        for (const keeper of keepers) await granted(keeper, bulk());
        await clock.advance(30_000);
      }
      return (store.reads + store.writes - before) / 10 / keepers.length;
    };

    expect([await cost(alone), await cost(among)]).toEqual([1, 2]);
  });

  it('never issues an ordinal twice, whoever asks', async () => {
    const { clock, keepers } = world({ processes: 8 });

    const answers = await clock.run(
      Promise.all(keepers.flatMap((keeper) => times(25, () => keeper.take(bulk())))),
    );

    const ordinals = answers.map((a) => (a.outcome === 'granted' ? a.ticket.ordinal : -1));
    const slots = answers.map((a) => (a.outcome === 'granted' ? a.slotAt : Infinity));
    expect([...ordinals].sort((a, b) => a - b)).toEqual(times(200, (index) => index));
    expect(Math.max(...slots) - clock.now()).toBeLessThan(300_000);
  });

  it('recognises its own write when the answer to it was lost', async () => {
    const { keeper, store, weather, granted } = world();
    await granted(keeper, bulk());
    weather.fates = [{ beforeMs: 5, afterMs: 1_000, lost: 'answer' }];

    const { ticket } = await granted(keeper, bulk());

    expect(ticket.ordinal).toBe(1);
    expect(store.peek('cal|machine')?.flows.normal.issued).toBe(2);
  });

  it('writes again when the write itself was lost', async () => {
    const { keeper, store, weather, granted } = world();
    await granted(keeper, bulk());
    weather.fates = [{ beforeMs: 5, afterMs: 1_000, lost: 'request' }];

    const { ticket } = await granted(keeper, bulk());

    expect(ticket.ordinal).toBe(1);
    expect(store.peek('cal|machine')?.flows.normal.issued).toBe(2);
  });

  it('throws when the store is down', async () => {
    const { clock, keeper, weather } = world();
    weather.fates = times(20, () => ({ beforeMs: 5, afterMs: 0, lost: 'request' }));

    await expect(clock.run(keeper.take(bulk()))).rejects.toThrow(QuotaUnavailableError);
  });

  it('refuses an interactive request whose slot is further away than it waits', async () => {
    const { clock, keeper } = world();
    await clock.run(Promise.all(times(30, () => keeper.take(interactive()))));

    const answer = await clock.run(keeper.take(interactive()));

    expect(answer).toMatchObject({ outcome: 'noSlot' });
    if (answer.outcome === 'noSlot') expect(answer.slotAt).toBeGreaterThan(clock.now() + 55_000);
  });

  it.each([
    { title: 'two seconds among other processes', processes: 2, lingersMs: 2_000 },
    { title: 'a tenth of a second alone', processes: 1, lingersMs: 100 },
  ])('collects requests behind a backlog for $title', async ({ processes, lingersMs }) => {
    const { clock, keeper, keepers, granted } = world({ processes });
    await clock.run(Promise.all(times(100, () => keeper.take(bulk()))));
    for (const each of [...keepers, ...keepers]) await granted(each, bulk());
    const askedAt = clock.now();

    await granted(keeper, bulk());

    const tookMs = clock.now() - askedAt;
    expect(tookMs).toBeGreaterThanOrEqual(lingersMs);
    expect(tookMs).toBeLessThan(lingersMs + 100);
  });

  it('collects no more once an interactive request is there', async () => {
    const { clock, keeper, granted } = world();
    await clock.run(Promise.all(times(100, () => keeper.take(bulk()))));
    const askedAt = clock.now();

    const waiting = keeper.take(bulk());
    await granted(keeper, interactive());
    await clock.run(waiting);

    expect(clock.now() - askedAt).toBeLessThan(100);
  });
});

describe('QuotaKeeper.awaitSlot()', () => {
  it('says call at once when the slot is now', async () => {
    const { clock, keeper, store, granted } = world();
    const { ticket } = await granted(keeper, bulk());
    const requests = store.reads + store.writes;

    const answer = await clock.run(keeper.awaitSlot(ticket, HOLD));

    expect(answer).toEqual({ outcome: 'call' });
    expect(store.reads + store.writes).toBe(requests);
  });

  it('waits in place for a near slot and sends away from a far one', async () => {
    const { clock, keeper } = world();
    const answers = await clock.run(Promise.all(times(100, () => keeper.take(bulk()))));
    const tickets = answers.flatMap((a) => (a.outcome === 'granted' ? [a] : []));
    const [near, far] = [tickets[20], tickets[99]];
    if (!near || !far) throw new Error('Not granted');

    const nearAnswer = await clock.run(keeper.awaitSlot(near.ticket, HOLD));
    const farAnswer = await clock.run(keeper.awaitSlot(far.ticket, HOLD));

    expect(nearAnswer).toEqual({ outcome: 'call' });
    expect(Math.abs(clock.now() - near.slotAt)).toBeLessThanOrEqual(300);
    expect(farAnswer).toEqual({ outcome: 'later', slotAt: far.slotAt });
  });

  it('lets another process use the ticket, after one read', async () => {
    const { clock, keepers, store } = world({ processes: 2 });
    const [first = neverKeeper(), second = neverKeeper()] = keepers;
    await clock.run(second.status('machine'));
    const taken = await clock.run(Promise.all(times(60, () => first.take(bulk()))));
    const last = taken[59];
    if (last?.outcome !== 'granted') throw new Error('Not granted');
    await clock.advance(last.slotAt - clock.now() - 1_500);
    const reads = store.reads;

    const answer = await clock.run(second.awaitSlot(last.ticket, HOLD));

    expect(answer).toEqual({ outcome: 'call' });
    expect(store.reads - reads).toBe(1);
  });

  it('does not call by an old image when another process has moved the slot meanwhile', async () => {
    const { clock, keepers } = world({ processes: 2 });
    const [first = neverKeeper(), second = neverKeeper()] = keepers;
    const taken = await clock.run(Promise.all(times(91, () => first.take(bulk()))));
    const [called, last] = [taken[0], taken[90]];
    if (called?.outcome !== 'granted' || last?.outcome !== 'granted')
      throw new Error('Not granted');
    await clock.run(second.status('machine'));
    await clock.advance(30_000);
    await clock.run(first.report(called.ticket, { outcome: 'throttled', retryAfterMs: 300_000 }));
    await clock.advance(last.slotAt - clock.now() - 1_500);

    const answer = await clock.run(second.awaitSlot(last.ticket, HOLD));

    expect(answer.outcome).toBe('later');
  });

  it.each([
    { title: 'past its use window', change: (t: Ticket): Ticket => t, waitMs: 6_000 },
    {
      title: 'of another epoch',
      change: (t: Ticket): Ticket => ({ ...t, epoch: 'old' }),
      waitMs: 0,
    },
    {
      title: 'that was never issued',
      change: (t: Ticket): Ticket => ({ ...t, ordinal: 7 }),
      waitMs: 0,
    },
  ])('does not know a ticket $title', async ({ change, waitMs }) => {
    const { clock, keeper, granted } = world();
    const { ticket } = await granted(keeper, bulk());
    await clock.advance(waitMs);

    const answer = await clock.run(keeper.awaitSlot(change(ticket), HOLD));

    expect(answer).toEqual({ outcome: 'unknown' });
  });

  it('aborts its waiting with the signal', async () => {
    const { clock, keeper } = world();
    const answers = await clock.run(Promise.all(times(30, () => keeper.take(bulk()))));
    const last = answers[29];
    if (last?.outcome !== 'granted') throw new Error('Not granted');
    const controller = new AbortController();
    const waiting = keeper.awaitSlot(last.ticket, { ...HOLD, signal: controller.signal });
    await clock.advance(500);

    controller.abort(new Error('shutting down'));

    await expect(clock.run(waiting)).rejects.toThrow('shutting down');
  });

  it('calls during an outage on an image from right before it', async () => {
    const { clock, keeper, weather } = world();
    const answers = await clock.run(Promise.all(times(90, () => keeper.take(bulk()))));
    const last = answers[89];
    if (last?.outcome !== 'granted') throw new Error('Not granted');
    await clock.advance(6_000);
    weather.fates = times(20, () => ({ beforeMs: 5, afterMs: 0, lost: 'request' }));

    const answer = await clock.run(keeper.awaitSlot(last.ticket, HOLD));

    expect(answer).toEqual({ outcome: 'call' });
  });

  it('counts from the beginning of this outage, not of one that is over', async () => {
    const { clock, keeper, weather } = world();
    const answers = await clock.run(Promise.all(times(101, () => keeper.take(bulk()))));
    const last = answers[100];
    if (last?.outcome !== 'granted') throw new Error('Not granted');
    const down: Fate = { beforeMs: 5, afterMs: 0, lost: 'request' };
    weather.fates = [down];
    await expect(clock.run(keeper.status('machine'))).rejects.toThrow(QuotaUnavailableError);
    await clock.run(keeper.status('machine'));
    await clock.advance(last.slotAt - clock.now() - 1_000);
    weather.fates = times(20, () => down);

    await expect(clock.run(keeper.awaitSlot(last.ticket, HOLD))).rejects.toThrow(
      QuotaUnavailableError,
    );
  });

  it('throws during an outage when its image is older than that', async () => {
    const { clock, keeper, weather, granted } = world();
    const answers = await clock.run(Promise.all(times(101, () => keeper.take(bulk()))));
    const last = answers[100];
    if (last?.outcome !== 'granted') throw new Error('Not granted');
    await granted(keeper, interactive());
    await clock.advance(last.slotAt - clock.now() - 1_000);
    weather.fates = times(20, () => ({ beforeMs: 5, afterMs: 0, lost: 'request' }));

    await expect(clock.run(keeper.awaitSlot(last.ticket, HOLD))).rejects.toThrow(
      QuotaUnavailableError,
    );
  });
});

describe('QuotaKeeper on a machine whose timer went wrong', () => {
  const backlog = async (processes: number) => {
    const w = world({ processes });
    const answers = await w.clock.run(Promise.all(times(200, () => w.keeper.take(bulk()))));
    const last = answers.at(-1);
    if (last?.outcome !== 'granted') throw new Error('Not granted');
    return { ...w, last };
  };
  const NEAR_MS = 1_500;

  it.each([-600_000, -30_000, 600_000])(
    'calls at the slot for which the holder woke, off by %d ms',
    async (stepMs) => {
      const { clock, keeper, timers, last } = await backlog(1);
      await clock.advance(last.slotAt - clock.now() - NEAR_MS);
      timers[0]?.step(stepMs);

      const answer = await clock.run(keeper.awaitSlot(last.ticket, HOLD));

      expect(answer).toEqual({ outcome: 'call' });
      expect(Math.abs(clock.now() - last.slotAt)).toBeLessThanOrEqual(600);
    },
  );

  it.each([-600_000, 90_000, 600_000])(
    'takes no slots from others, off by %d ms',
    async (stepMs) => {
      const { clock, keepers, timers, granted } = world({ processes: 2 });
      const [wrong = neverKeeper(), right = neverKeeper()] = keepers;
      await granted(right, bulk());
      // Sure of its clock, and alone, so that it need not read before it writes.
      for (let tickets = 0; tickets < 30; tickets += 1) {
        await granted(wrong, bulk());
        await clock.advance(137);
      }
      timers[0]?.step(stepMs);

      const mine = await granted(wrong, bulk());
      const others = await granted(right, bulk());

      for (const { slotAt } of [mine, others])
        expect(Math.abs(slotAt - clock.now())).toBeLessThan(1_500);
    },
  );

  it('does not trust an image that seems to come from the future', async () => {
    const { clock, keeper, timers, last } = await backlog(1);
    await clock.advance(last.slotAt - clock.now() - NEAR_MS);
    await clock.run(keeper.status('machine'));
    const waiting = keeper.awaitSlot(last.ticket, HOLD);
    await clock.advance(500);
    timers[0]?.step(-5_000);

    expect(await clock.run(waiting)).toEqual({ outcome: 'call' });
    expect(Math.abs(clock.now() - last.slotAt)).toBeLessThanOrEqual(600);
  });

  it('reads nothing for a holder whose slot another process has put off, as it knows', async () => {
    const { clock, keeper, store, last } = await backlog(1);
    const first = await clock.run(keeper.take(bulk('high')));
    if (first.outcome !== 'granted') throw new Error('Not granted');
    await clock.advance(30_000);
    await clock.run(keeper.report(last.ticket, { outcome: 'throttled', retryAfterMs: 600_000 }));
    await clock.advance(last.slotAt - clock.now() - NEAR_MS);
    const { reads } = store;

    const answer = await clock.run(keeper.awaitSlot(last.ticket, HOLD));

    expect([answer.outcome, store.reads - reads]).toEqual(['later', 0]);
  });
});

describe('QuotaKeeper.setClock()', () => {
  it('sets the clock with one read, for all who ask', async () => {
    const { clock, keeper, store } = world({ processes: 1 });

    await clock.run(Promise.all(times(5, () => keeper.setClock())));
    await clock.run(keeper.setClock());

    expect(store.reads).toBe(1);
  });

  it('never fails, and asks a store that is down once', async () => {
    const { clock, keeper, store, weather } = world();
    weather.fates = times(5, () => ({ beforeMs: 5, afterMs: 0, lost: 'request' }) as const);

    await clock.run(keeper.setClock());
    await clock.run(keeper.setClock());

    expect(store.reads).toBe(1);
  });
});

describe('QuotaKeeper in a process that is cut off while others are not', () => {
  /** A process with tickets for minutes ahead, cut off right after it read the calendar. */
  const cutOff = async () => {
    const w = world({ config: BULK_ONLY, processes: 2 });
    const answers = await w.clock.run(Promise.all(times(400, () => w.keeper.take(bulk()))));
    const tickets = answers.flatMap((a) => (a.outcome === 'granted' ? [a] : []));
    const slotAfter = (ms: number) => {
      const found = tickets.find(({ slotAt }) => slotAt >= startedAt + ms);
      if (!found) throw new Error('No slot so late');
      return found;
    };
    const startedAt = w.clock.now();
    await w.clock.run(w.keeper.status('machine'));
    w.weather.cutOff.add(0);
    await w.clock.run(w.keeper.status('machine')).catch(() => null);
    const comeFor = async ({ slotAt, ticket }: (typeof tickets)[number]) => {
      await w.clock.advance(slotAt - w.clock.now() - 1_500);
      return w.clock.run(w.keeper.awaitSlot(ticket, HOLD));
    };
    return { ...w, slotAfter, comeFor };
  };

  it('calls for two minutes at most', async () => {
    const { slotAfter, comeFor } = await cutOff();

    expect(await comeFor(slotAfter(67_000))).toEqual({ outcome: 'call' });
    await expect(comeFor(slotAfter(130_000))).rejects.toThrow(QuotaUnavailableError);
  });

  it('calls no more after a 429, also when the cool-down is over', async () => {
    const { clock, keeper, slotAfter, comeFor } = await cutOff();
    const first = slotAfter(5_000);
    expect(await comeFor(first)).toEqual({ outcome: 'call' });

    await clock.run(keeper.report(first.ticket, { outcome: 'throttled', retryAfterMs: 5_000 }));

    await expect(comeFor(slotAfter(67_000))).rejects.toThrow(QuotaUnavailableError);
  });

  it('calls no more once a message shows that the calendar has been written since', async () => {
    const { clock, keeper, keepers, granted, slotAfter, comeFor } = await cutOff();
    const [, other = neverKeeper()] = keepers;
    expect(await comeFor(slotAfter(5_000))).toEqual({ outcome: 'call' });
    const newer = await granted(other, bulk());

    await clock.run(keeper.awaitSlot(newer.ticket, HOLD)).catch(() => null);

    await expect(comeFor(slotAfter(67_000))).rejects.toThrow(QuotaUnavailableError);
  });

  it('calls on when a message claims that the calendar was written in the far future', async () => {
    const { clock, keeper, slotAfter, comeFor } = await cutOff();
    const { ticket } = slotAfter(90_000);

    await clock.run(keeper.awaitSlot({ ...ticket, asOf: 8e15 }, HOLD)).catch(() => null);

    expect(await comeFor(slotAfter(67_000))).toEqual({ outcome: 'call' });
  });

  it('calls at the time again once it can read the calendar', async () => {
    const { clock, keeper, weather, slotAfter, comeFor } = await cutOff();
    const first = slotAfter(5_000);
    await comeFor(first);
    await clock.run(keeper.report(first.ticket, { outcome: 'throttled', retryAfterMs: 5_000 }));
    weather.cutOff.clear();

    expect(await comeFor(slotAfter(140_000))).toEqual({ outcome: 'call' });
  });

  it('does not call later than the slot can be used, however long it took to be refused', async () => {
    const { clock, keeper, weather, slotAfter } = await cutOff();
    const { slotAt, ticket } = slotAfter(9_000);
    weather.cutOff.clear();
    await clock.advance(slotAt - clock.now() + 100);
    weather.fates = times(20, () => ({ beforeMs: 3_000, afterMs: 0, lost: 'request' }) as const);

    const answer = clock.run(keeper.awaitSlot(ticket, HOLD));

    await expect(answer).rejects.toThrow(QuotaUnavailableError);
  });
});

describe('QuotaKeeper with a row that somebody has edited', () => {
  const ROW = 'cal|machine';
  const edited = async (edit: Partial<CalendarEntity>, processes = 2) => {
    const w = world({ config: BULK_ONLY, processes });
    const { ticket } = await w.granted(w.keeper, bulk());
    const row = w.store.rows.get(ROW);
    if (!row) throw new Error('No row');
    w.store.put(ROW, { ...row.entity, ...edit });
    return { ...w, ticket, editedAt: w.clock.now() };
  };

  it.each([
    { title: 'cannot be read', edit: { flows: 'oops' } },
    { title: 'is closed for a thousand years', edit: { cool: BigInt(4e13) } },
  ])(
    'sets it aside when it $title, and is open again after the full cool-down',
    async ({ edit }) => {
      const { clock, keepers, store, granted, editedAt } = await edited(edit);
      const [, other = neverKeeper()] = keepers;

      const { slotAt } = await granted(other, bulk());

      const aside = [...store.rows].filter(([row]) => row.startsWith(`aside|${ROW}|`));
      expect(aside.map(([, { entity }]) => entity)).toMatchObject([edit]);
      expect(slotAt - editedAt).toBeGreaterThanOrEqual(HOUR_MS);
      expect(slotAt - clock.now()).toBeLessThan(HOUR_MS + 60_000);
    },
  );

  it('tells why in its status and check, before and after it is set aside', async () => {
    const { clock, keepers, granted } = await edited({ flows: 'oops' });
    const [, other = neverKeeper()] = keepers;
    const told = async () => ({
      why: (await clock.run(other.status('machine'))).coolDown?.why,
      code: await clock.run(other.check()).then(() => null, codeOf),
    });
    const before = await told();

    await granted(other, bulk());

    const expected = { why: 'rowUnreadable', code: 'quota.rowUnreadable' };
    expect([before, await told()]).toEqual([expected, expected]);
    expect(await other.amnesiaOf('machine')).toBe('rowUnreadable');
    await clock.advance(HOUR_MS + 60_000);
    expect(await told()).toEqual({ why: undefined, code: null });
  });

  it('goes on with a row of a later version', async () => {
    const { keepers, granted } = await edited({ v: 2 });
    const [, other = neverKeeper()] = keepers;

    expect((await granted(other, bulk())).ticket.ordinal).toBe(1);
  });
});

describe('QuotaKeeper whose row somebody deletes', () => {
  const ROW = 'cal|machine';
  const deleted = async (calls: number) => {
    const w = world({ config: BULK_ONLY, processes: 2 });
    const [keeper, other = neverKeeper()] = w.keepers;
    const answers = await w.clock.run(
      Promise.all(times(calls, () => (keeper ?? other).take(bulk()))),
    );
    const tickets = answers.flatMap((a) => (a.outcome === 'granted' ? [a.ticket] : []));
    const last = answers.at(-1);
    await w.clock.advance((last?.outcome === 'granted' ? last.slotAt : 0) - w.clock.now());
    const startedAt = w.clock.now();
    w.store.rows.delete(ROW);
    return { ...w, other, tickets, startedAt };
  };

  it('goes on from what it knew, so that the minute never holds a call too many', async () => {
    const { clock, keeper, store, startedAt } = await deleted(60);

    const answers = await clock.run(Promise.all(times(100, () => keeper.take(bulk()))));

    const slots = answers.flatMap((a) => (a.outcome === 'granted' ? [a.slotAt] : []));
    expect(slots).toHaveLength(100);
    expect(Math.min(...slots)).toBeGreaterThan(startedAt + 60_000);
    expect(store.peek(ROW)?.log.length).toBeGreaterThanOrEqual(60);
    expect(Math.max(...slots) - startedAt).toBeLessThan(5 * 60_000);
  });

  it('does not know the old tickets, and cools nothing down for them', async () => {
    const { clock, keeper, tickets, store } = await deleted(60);
    const [ticket] = tickets;
    if (!ticket) throw new Error('Not granted');
    await clock.run(keeper.take(bulk()));

    expect(await clock.run(keeper.awaitSlot(ticket, HOLD))).toEqual({ outcome: 'unknown' });
    expect(store.peek(ROW)?.coolUntil).toBe(0);
  });

  it('closes a calendar that another process made in ignorance, by the tickets of its messages', async () => {
    const { clock, keepers, tickets, store, startedAt, granted } = await deleted(60);
    const [, other = neverKeeper()] = keepers;
    const [ticket] = tickets;
    if (!ticket) throw new Error('Not granted');
    await granted(other, bulk());

    const answer = await clock.run(other.awaitSlot(ticket, HOLD));

    expect(answer).toEqual({ outcome: 'unknown' });
    expect(store.peek(ROW)?.coolUntil).toBeGreaterThanOrEqual(startedAt + HOUR_MS);
    await expect(clock.run(other.check())).rejects.toMatchObject({ code: 'quota.rowLost' });
    expect((await clock.run(other.status('machine'))).coolDown?.why).toBe('rowLost');
  });

  it.each([
    { title: 'that is made up', made: { epoch: 'alien' } },
    { title: 'of another application', made: { epoch: newEpoch('other|cal|machine', random) } },
    { title: 'of the other scope', made: { epoch: newEpoch('tenant|app|cal|*', random) } },
  ])('stays open when a message brings an epoch $title', async ({ made }) => {
    const { clock, keeper, store, granted } = world();
    const { asOf: _, ...ticket } = (await granted(keeper, bulk())).ticket;

    const answer = await clock.run(keeper.awaitSlot({ ...ticket, ...made }, HOLD));

    expect(answer).toEqual({ outcome: 'unknown' });
    expect(store.peek(ROW)?.coolUntil).toBe(0);
  });

  it('stays open for tickets of every calendar that it goes on from, to those who forgot them too', async () => {
    const { clock, keeper, other, tickets, store, granted } = await deleted(60);
    const [ticket] = tickets;
    if (!ticket) throw new Error('Not granted');
    await granted(keeper, bulk());
    store.rows.delete(ROW);
    await granted(keeper, bulk());

    for (const holder of [keeper, other])
      expect(await clock.run(holder.awaitSlot(ticket, HOLD))).toEqual({ outcome: 'unknown' });
    await granted(other, bulk());

    expect(store.peek(ROW)?.coolUntil).toBe(0);
  });

  it('closes such a calendar also by what it remembers, before it takes a ticket', async () => {
    const { keeper, other, startedAt, granted } = await deleted(60);
    await granted(other, bulk());

    const { slotAt } = await granted(keeper, bulk());

    expect(slotAt - startedAt).toBeGreaterThanOrEqual(HOUR_MS);
  });
});

describe('QuotaKeeper with a quota that was too low by mistake', () => {
  const BY_MISTAKE = { ...BULK_ONLY, perHour: 10 };

  it('says what is not in force, and raises it after ten minutes although lookups wait', async () => {
    const { clock, store, keeper, granted } = world({ config: BY_MISTAKE });
    const answers = await clock.run(Promise.all(times(100, () => keeper.take(bulk()))));
    const waiting = answers.at(-1);
    if (waiting?.outcome !== 'granted') throw new Error('Not granted');
    await clock.advance(60_000);
    const corrected = new QuotaKeeper({
      store,
      clock: new StoreClock(clock),
      random: new SeededRandom(9),
      config: BULK_ONLY,
      deniedAfterMs: HOUR_MS,
    });
    await granted(corrected, bulk());
    const before = await clock.run(corrected.status('machine'));
    await expect(clock.run(corrected.check())).rejects.toMatchObject({
      code: 'quota.settingsPending',
    });

    await clock.advance(600_000);
    const { slotAt } = await granted(corrected, bulk('retry'));

    expect(before.pending).toEqual([
      { setting: 'DEFENDER_QUOTA_PER_HOUR', stored: 10, configured: 1_500 },
    ]);
    expect(slotAt - clock.now()).toBeLessThan(60_000);
    expect(await clock.run(corrected.awaitSlot(waiting.ticket, HOLD))).toEqual({
      outcome: 'unknown',
    });
    expect((await clock.run(corrected.status('machine'))).pending).toEqual([]);
    await expect(clock.run(corrected.check())).resolves.toBe(true);
  });

  it('finds nothing pending in a calendar that the next ticket would change', async () => {
    const { clock, store, keeper, granted } = world({ config: BY_MISTAKE });
    await granted(keeper, bulk());
    await clock.advance(60_000);
    const corrected = new QuotaKeeper({
      store,
      clock: new StoreClock(clock),
      random: new SeededRandom(9),
      config: BULK_ONLY,
      deniedAfterMs: HOUR_MS,
    });

    expect((await clock.run(corrected.status('machine'))).pending).toEqual([]);
  });
});

describe('QuotaKeeper.report()', () => {
  const afterCalls = async (count: number, processes = 1) => {
    const w = world({ config: BULK_ONLY, processes });
    const answers = await w.clock.run(Promise.all(times(count, () => w.keeper.take(bulk()))));
    const tickets = answers.flatMap((a) => (a.outcome === 'granted' ? [a.ticket] : []));
    return { ...w, tickets };
  };

  it('cools the endpoint for everybody with one write after a 429', async () => {
    const { clock, keepers, store, tickets } = await afterCalls(100, 4);
    const last = tickets.at(-1);
    if (!last) throw new Error('Not granted');
    const [keeper = neverKeeper(), other = neverKeeper()] = keepers;
    const writes = store.writes;

    await clock.run(
      Promise.all(
        tickets
          .slice(0, 5)
          .map((ticket) => keeper.report(ticket, { outcome: 'throttled', retryAfterMs: 20_000 })),
      ),
    );
    const cooledAt = clock.now();

    expect(store.writes - writes).toBe(1);
    const answer = await clock.run(other.awaitSlot(last, HOLD));
    expect(answer.outcome === 'later' && answer.slotAt).toBeGreaterThan(cooledAt + 20_000);
  });

  it('never throws, even if the store is down, and still calls nobody', async () => {
    const { clock, keeper, tickets, weather } = await afterCalls(10);
    const [first, second] = tickets;
    if (!first || !second) throw new Error('Not granted');
    weather.fates = times(20, () => ({ beforeMs: 5, afterMs: 0, lost: 'request' }));

    await clock.run(keeper.report(first, { outcome: 'throttled', retryAfterMs: 20_000 }));
    weather.fates = [];
    const answer = await clock.run(keeper.awaitSlot(second, HOLD));

    expect(answer.outcome).toBe('later');
  });

  it('costs nothing after an ordinary answer', async () => {
    const { clock, keeper, tickets, store } = await afterCalls(2);
    const [first] = tickets;
    if (!first) throw new Error('Not granted');
    const requests = store.reads + store.writes;

    await clock.run(keeper.report(first, { outcome: 'answered' }));

    expect(store.reads + store.writes).toBe(requests);
  });
});

describe('QuotaKeeper with a broken endpoint', () => {
  const forbidden = async (config: CalendarConfig = BULK_ONLY) => {
    const w = world({ config, processes: 3 });
    const { ticket } = await w.granted(w.keeper, bulk());
    await w.clock.run(w.keeper.report(ticket, { outcome: 'forbidden' }));
    return w;
  };

  it('refuses interactive requests at once while it is forbidden', async () => {
    const { clock, keepers } = await forbidden();

    const answer = await clock.run((keepers[1] ?? neverKeeper()).take(interactive()));

    expect(answer).toMatchObject({ outcome: 'denied', breaker: { why: 'forbidden', failures: 1 } });
  });

  it('lets one process probe when the cool-down ends', async () => {
    const { clock, keepers } = await forbidden();
    const taken = await Promise.all(keepers.map(async (keeper) => clock.run(keeper.take(bulk()))));
    const tickets = taken.flatMap((a) => (a.outcome === 'granted' ? [a] : []));
    await clock.advance((tickets[2]?.slotAt ?? 0) - clock.now());

    const answers = await clock.run(
      Promise.all(
        tickets.map(({ ticket }, index) =>
          (keepers[index] ?? neverKeeper()).awaitSlot(ticket, HOLD),
        ),
      ),
    );

    expect(answers.filter(({ outcome }) => outcome === 'call')).toHaveLength(1);
  });

  it('shuts longer after every failed probe, and opens after an answer', async () => {
    const { clock, keeper, store, granted } = await forbidden();
    const shutFor: number[] = [];
    for (let probes = 0; probes < 5; probes += 1) {
      const { ticket, slotAt } = await granted(keeper, bulk());
      await clock.advance(slotAt - clock.now());
      await clock.run(keeper.awaitSlot(ticket, HOLD));
      await clock.run(keeper.report(ticket, { outcome: probes < 4 ? 'forbidden' : 'answered' }));
      shutFor.push(Math.round(((store.peek('cal|machine')?.coolUntil ?? 0) - clock.now()) / 1_000));
    }

    expect(shutFor).toEqual([12, 24, 48, 60, 60]);
    expect(store.peek('cal|machine')?.breakers).toEqual({});
  });

  it('ends queue lookups as denied once it has been forbidden for long, except a prober', async () => {
    const { clock, keeper } = await forbidden();
    await clock.advance(4 * HOUR_MS + 60_000);

    const prober = await clock.run(keeper.take(bulk()));
    if (prober.outcome !== 'granted') throw new Error('Not granted');
    const probing = await clock.run(keeper.awaitSlot(prober.ticket, HOLD));
    await clock.run(keeper.report(prober.ticket, { outcome: 'forbidden' }));
    const next = await clock.run(keeper.take(bulk()));

    expect(probing).toEqual({ outcome: 'call' });
    expect(next).toMatchObject({ outcome: 'denied' });
  });

  it('opens the breaker at the third failure in a row only', async () => {
    const { clock, keeper, store, granted } = world({ config: BULK_ONLY });
    const report = async (outcome: 'failed' | 'answered') => {
      const { ticket } = await granted(keeper, bulk());
      await clock.run(keeper.report(ticket, { outcome }));
      return (store.peek('cal|machine')?.coolUntil ?? 0) > clock.now();
    };

    const isCooling = [];
    for (const outcome of ['failed', 'failed', 'answered', 'failed', 'failed', 'failed'] as const)
      isCooling.push(await report(outcome));

    expect(isCooling).toEqual([false, false, false, false, false, true]);
  });

  it('hears within seconds that another process has closed a breaker', async () => {
    const { clock, keepers, granted } = await forbidden();
    const [first = neverKeeper(), second = neverKeeper()] = keepers;
    const { ticket, slotAt } = await granted(second, bulk());
    await clock.advance(slotAt - clock.now());
    await clock.run(second.awaitSlot(ticket, HOLD));
    await clock.run(second.report(ticket, { outcome: 'answered' }));
    await clock.advance(HOUR_MS);

    const breakers = await clock.run(
      Promise.all([first, second].map((k) => k.breakerOf('machine'))),
    );

    expect(breakers).toEqual([null, null]);
  });

  it('keeps to the breaker that it knows while the store is down', async () => {
    const { clock, keeper, weather } = await forbidden();
    await clock.advance(HOUR_MS);
    weather.fates = times(10, () => ({ beforeMs: 5, afterMs: 5, lost: 'request' }) as const);

    expect(await clock.run(keeper.breakerOf('machine'))).toMatchObject({ why: 'forbidden' });
  });

  it('knows without reading whether the breaker is open, of an endpoint that it knows', async () => {
    const { clock, keeper, store, granted } = world();
    const fail = async () => {
      const { ticket } = await granted(keeper, bulk());
      await clock.run(keeper.report(ticket, { outcome: 'failed' }));
    };
    await fail();
    await fail();
    const before = await keeper.breakerOf('machine');

    await fail();

    const reads = store.reads;
    const after = [await keeper.breakerOf('machine'), await keeper.breakerOf('ipAlerts')];
    expect(after).toMatchObject([{ why: 'failing', failures: 3 }, null]);
    expect([before, store.reads - reads]).toEqual([null, 0]);
  });

  it('shuts only the broken endpoint where all share one calendar', async () => {
    const { clock, keeper } = await forbidden({ ...BULK_ONLY, scope: 'application' });
    const failing = await clock.run(keeper.take({ ...bulk(), endpoint: 'findByIp' }));
    if (failing.outcome !== 'granted') throw new Error('Not granted');

    expect(await clock.run(keeper.awaitSlot(failing.ticket, HOLD))).toEqual({ outcome: 'call' });
    expect(await clock.run(keeper.take(bulk()))).toMatchObject({ outcome: 'shut' });
  });
});

describe('QuotaKeeper after a change of scope', () => {
  it('waits until the calls of the other scope have left the hour', async () => {
    const { clock, store, granted, keeper } = world({ config: BULK_ONLY });
    await granted(keeper, bulk());
    const changedAt = clock.now();
    const shared = new QuotaKeeper({
      store,
      clock: new StoreClock(clock),
      random: new SeededRandom(9),
      config: { ...BULK_ONLY, scope: 'application' },
      deniedAfterMs: HOUR_MS,
    });

    const { slotAt } = await granted(shared, bulk());

    expect(slotAt - changedAt).toBeGreaterThan(HOUR_MS);
  });
});

describe('QuotaKeeper.slotOf()', () => {
  it('knows a ticket that another process took a moment ago', async () => {
    const { clock, keepers, granted } = world({ processes: 2 });
    const [first = neverKeeper(), second = neverKeeper()] = keepers;
    await clock.run(second.status('machine'));
    const { ticket, slotAt } = await granted(first, bulk());

    expect(await clock.run(second.slotOf(ticket))).toBe(slotAt);
  });

  it('knows no ticket that is void', async () => {
    const { clock, keeper, granted } = world();
    const { ticket } = await granted(keeper, bulk());

    expect(await clock.run(keeper.slotOf({ ...ticket, epoch: 'old' }))).toBeNull();
  });
});

describe('QuotaKeeper.forecast()', () => {
  it('tells about when the next ticket of a flow would come, without asking', async () => {
    const { clock, keeper, store, granted } = world({ config: BULK_ONLY });
    await clock.run(Promise.all(times(150, () => keeper.take(bulk()))));
    const requests = store.reads + store.writes;

    const forecast = await clock.run(keeper.forecast(bulk()));

    expect(store.reads + store.writes).toBe(requests);
    const { slotAt } = await granted(keeper, bulk());
    expect(Math.abs(slotAt - forecast)).toBeLessThan(1_000);
    expect(await clock.run(keeper.forecast(bulk('high')))).toBeLessThan(forecast);
  });
});

describe('QuotaKeeper.status()', () => {
  it('tells what is used and left, what waits and when the next slots are', async () => {
    const { clock, keeper } = world();
    await clock.run(Promise.all(times(120, () => keeper.take(bulk()))));
    await clock.advance(20_000);

    const status = await clock.run(keeper.status('machine'));

    expect(status.minute).toEqual({ limit: 100, used: 90, left: 10 });
    expect(status.hour).toEqual({ limit: 1_500, used: 90, left: 1_410 });
    expect(status.outstanding).toMatchObject({ normal: 30, retry: 0, interactive: 0 });
    expect(status.reserve).toEqual({ minute: 10, hour: 15 });
    expect(status.callsPerMinute).toHaveLength(60);
    expect(status.callsPerMinute.slice(-2)).toEqual([0, 90]);
    expect(status.planned).toHaveLength(30);
    expect(
      status.planned.every(({ flow, slotAt }) => flow === 'normal' && slotAt > clock.now()),
    ).toBe(true);
    expect(Math.abs(status.nextSlotAt.interactive - clock.now())).toBeLessThan(310);
    expect(status.nextSlotAt.normal).toBeGreaterThan(clock.now() + 40_000);
    expect(status.coolDown).toBeNull();
  });
});

describe('QuotaKeeper.cancel()', () => {
  it('makes the waiting tickets of a flow unknown and never reuses their ordinals', async () => {
    const { clock, keeper, granted } = world();
    const answers = await clock.run(Promise.all(times(200, () => keeper.take(bulk()))));
    const last = answers[199];
    if (last?.outcome !== 'granted') throw new Error('Not granted');

    await clock.run(keeper.cancel('machine', ['normal']));

    expect(await clock.run(keeper.awaitSlot(last.ticket, HOLD))).toEqual({ outcome: 'unknown' });
    expect((await granted(keeper, bulk())).ticket.ordinal).toBe(200);
  });
});
