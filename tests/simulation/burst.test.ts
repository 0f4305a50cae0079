import { BULK_ONLY, DEFAULTS } from '../../local/simulation/calendarConfigs';
import { runWorld, type WorldOptions } from '../../local/simulation/runWorld';
import { FAIR_WEATHER } from '../../local/simulation/SimulatedTable';
import { BURST, calendarPacer, meddled, USERS } from '../../local/simulation/worlds';
import {
  optimalAt,
  percentile,
  quotaShare,
  type WorldReport,
} from '../../local/simulation/WorldReport';

const MINUTE_MS = 60_000;
/** Three hours and a bit; all 10,000 with `SIMULATED_BACKLOG=10000`. */
const BACKLOG = Number(process.env['SIMULATED_BACKLOG'] ?? 5_000);

const burst = (options: Partial<WorldOptions>, config = BULK_ONLY): Promise<WorldReport> =>
  runWorld({ ...BURST, ...options }, calendarPacer(config));

/** Requests to the Table while somebody cuts it off for ten minutes. */
const outageAfter = (ms: number): WorldOptions['table'] => {
  const untilMs = ms + 10 * MINUTE_MS;
  return (startAt) => ({
    ...FAIR_WEATHER,
    outage: { from: startAt + ms, until: startAt + untilMs },
  });
};

describe('The calendar, with 10,000 lookups within a minute', () => {
  it.each([
    { instances: 1, transactionsPerCall: 0.15 },
    { instances: 4, transactionsPerCall: 0.3 },
    { instances: 16, transactionsPerCall: 0.6 },
    { instances: 64, transactionsPerCall: 1.5 },
  ])(
    'uses the whole quota without a 429, about in order, $instances instances, at most $transactionsPerCall transactions a call',
    async ({ instances, transactionsPerCall }) => {
      const report = await burst({ instances });

      const displacements = report.order.map((lookup, rank) => Math.abs(lookup - rank));
      expect(report.rejected).toEqual([]);
      expect(percentile(displacements, 0.99)).toBeLessThanOrEqual(350);
      expect(report.completed).toBe(BURST.lookups);
      expect(report.calls).toBe(BURST.lookups);
      expect(quotaShare(report, 6)).toBeGreaterThanOrEqual(0.995);
      expect((report.accepted.at(-1) ?? Infinity) / optimalAt(BURST.lookups - 1)).toBeLessThan(
        1.01,
      );
      expect(report.transactions / report.calls).toBeLessThanOrEqual(transactionsPerCall);
      expect(report.deliveries / report.calls).toBeLessThanOrEqual(2.1);
    },
    120_000,
  );

  it('comes out the same for the same seed, to the byte, and otherwise for another', async () => {
    const small = { lookups: 500, crashEveryMs: 2 * MINUTE_MS, interactivePerMinute: 5 };

    const [first, again, other] = [
      JSON.stringify(await burst(small)),
      JSON.stringify(await burst(small)),
      JSON.stringify(await burst({ ...small, seed: 2 })),
    ];

    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('The calendar, in trouble', () => {
  it.each<{ title: string; options: Partial<WorldOptions>; share: number }>([
    {
      title: 'with fixed windows at Defender',
      options: { defender: { ...BURST.defender, enforcer: 'fixed' } },
      share: 0.995,
    },
    {
      title: 'with token buckets at Defender',
      options: { defender: { ...BURST.defender, enforcer: 'tokenBucket' } },
      share: 0.995,
    },
    {
      title: 'with rejected calls not counted',
      options: { defender: { ...BURST.defender, countRejected: false } },
      share: 0.995,
    },
    {
      title: 'with clocks that are set by up to ten minutes, back or forth',
      options: { clockStepMs: 10 * MINUTE_MS },
      share: 0.99,
    },
    {
      title: 'with every second process cut off from the Table for some minutes',
      options: { cutOffMs: 20 * MINUTE_MS },
      share: 0.85,
    },
    { title: 'with one message in ten 1–5 s late', options: { late: 0.1 }, share: 0.995 },
    {
      title: 'with calls up to 2 s on their way',
      options: { callJitterMs: 2_000 },
      share: 0.995,
    },
    {
      title: 'with 16 instances that crash every 20 minutes',
      options: { crashEveryMs: 20 * MINUTE_MS },
      share: 0.99,
    },
    {
      title: 'with 64 instances that crash every 20 minutes',
      options: { instances: 64, crashEveryMs: 20 * MINUTE_MS },
      share: 0.99,
    },
    {
      title: 'with the Table down for the ten minutes after the first 30 s',
      options: { table: outageAfter(30_000) },
      // Of the ten minutes the first two are used: a process cannot know that it is not alone in this.
      share: 0.84,
    },
    {
      title: 'with the Table down while the hour is spent',
      options: { table: outageAfter(3 * MINUTE_MS) },
      share: 0.79,
    },
  ])(
    'makes no call too many and loses no lookup, $title',
    async ({ options, share }) => {
      const report = await burst({ lookups: BACKLOG, ...options });

      expect(report.rejected).toEqual([]);
      expect(report.completed).toBe(BACKLOG);
      expect(report.mostCallsPerTicket).toBe(1);
      expect(report.deliveries / report.calls).toBeLessThanOrEqual(5);
      expect(quotaShare(report, 3)).toBeGreaterThanOrEqual(share);
    },
    120_000,
  );

  it.each([
    { what: 'deleted', title: 'deletes the row', share: 0.9 },
    { what: 'garbled', title: 'makes the row unreadable', share: 0.65 },
    { what: 'later', title: 'leaves a row of a later version', share: 0.995 },
  ] as const)(
    'makes no call too many and loses no lookup when somebody $title',
    async ({ what, share }) => {
      const report = await runWorld(
        { ...BURST, lookups: BACKLOG },
        meddled(calendarPacer(BULK_ONLY), what, 2 * MINUTE_MS),
      );

      expect(report.rejected).toEqual([]);
      expect(report.completed).toBe(BACKLOG);
      expect(report.deliveries / report.calls).toBeLessThanOrEqual(4);
      expect(quotaShare(report, 3)).toBeGreaterThanOrEqual(share);
    },
    120_000,
  );

  it('stands everything at once', async () => {
    const report = await burst(
      {
        instances: 64,
        lookups: BACKLOG,
        late: 0.05,
        crashEveryMs: 20 * MINUTE_MS,
        ...USERS,
        table: () => ({ ...FAIR_WEATHER, refused: 0.01, requestLost: 0.003, answerLost: 0.003 }),
      },
      DEFAULTS,
    );

    expect(report.rejected).toEqual([]);
    expect(report.completed).toBe(BACKLOG);
    expect(report.mostCallsPerTicket).toBe(1);
    expect(quotaShare(report, 3)).toBeGreaterThanOrEqual(0.98);
  }, 120_000);
});

describe('The calendar, with users among a backlog', () => {
  it.each([
    { instances: 16, transactionsPerCall: 1 },
    { instances: 64, transactionsPerCall: 1.6 },
  ])(
    'serves them at once and the backlog with what they leave, $instances instances',
    async ({ instances, transactionsPerCall }) => {
      const report = await burst({ instances, ...USERS }, DEFAULTS);

      const served = report.interactiveMs.filter((waitMs) => waitMs !== null);
      expect(report.rejected).toEqual([]);
      expect(served.length / report.interactiveMs.length).toBeGreaterThanOrEqual(0.99);
      expect(percentile(served, 0.5)).toBeLessThanOrEqual(500);
      expect(percentile(served, 0.99)).toBeLessThanOrEqual(2_500);
      expect(quotaShare(report, 6)).toBeGreaterThanOrEqual(0.989);
      expect(report.transactions / report.calls).toBeLessThanOrEqual(transactionsPerCall);
      expect(report.deliveries / report.calls).toBeLessThanOrEqual(4);
    },
    120_000,
  );
});

describe('The calendar, with little to do', () => {
  it.each([
    { instances: 1, transactionsPerCall: 1.1 },
    { instances: 16, transactionsPerCall: 2.2 },
  ])(
    'needs $transactionsPerCall transactions a call with $instances instances',
    async ({ instances, transactionsPerCall }) => {
      const twelveAMinute = (minutes: number): Promise<WorldReport> =>
        burst({ instances, lookups: 12 * minutes, arriveWithinMs: minutes * MINUTE_MS }, DEFAULTS);
      // The difference leaves out what each process reads once to set its clock.
      const [short, long] = [await twelveAMinute(50), await twelveAMinute(150)];

      const transactions = long.transactions - short.transactions;
      expect(long.rejected).toEqual([]);
      expect(transactions / (long.calls - short.calls)).toBeLessThanOrEqual(transactionsPerCall);
      expect(long.deliveries / long.calls).toBeLessThanOrEqual(1.1);
    },
  );
});
