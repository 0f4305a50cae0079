import { Activity, type Counters } from '../../../shared/activity/Activity';
import { lastHour, lastRecords } from '../../../shared/activity/lastHour';
import type { RecentLookup } from '../../../shared/activity/RecentLookup';

const MINUTE_MS = 60_000;
const now = Date.parse('2026-11-29T12:02:00.000Z');
const ended = (atMs: number, over: Partial<RecentLookup> = {}): RecentLookup => ({
  at: new Date(now + atMs).toISOString(),
  lookupId: `l_${atMs}`,
  generation: 0,
  channel: 'queue',
  kind: 'ip',
  value: '10.1.2.3',
  outcome: 'found',
  reasonCode: null,
  match: 'one',
  machineCount: 1,
  tookMs: 5,
  ...over,
});
const partOf = (...lookups: RecentLookup[]) => {
  const activity = new Activity();
  for (const lookup of lookups) activity.add(lookup);
  return activity.part();
};

describe('What processes do', () => {
  it('is counted for the last hour, all of them together', () => {
    const one = partOf(ended(-40 * MINUTE_MS), ended(-1_000, { outcome: 'notSeen' }));
    const other = partOf(ended(-1_000));

    const hour = lastHour([one, other, partOf()], now);

    expect(hour).toMatchObject({
      processes: 2,
      records: 3,
      outcomes: { found: 2, notSeen: 1 },
      waitMs: { p50: 0, p95: 0 },
    });
    expect(hour.recordsPerFiveMinutes).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
  });

  it('is forgotten after an hour', () => {
    const part = partOf(ended(-70 * MINUTE_MS), ended(-61 * MINUTE_MS));

    expect(lastHour([part], now)).toMatchObject({
      processes: 0,
      records: 0,
      waitMs: { p50: null, p95: null },
    });
    expect(partOf(ended(-3 * 60 * MINUTE_MS), ended(0)).slices).toHaveLength(1);
  });

  it('has waits that are right to a tenth', () => {
    const waits = Array.from({ length: 100 }, (_, index) =>
      ended(0, { tookMs: (index + 1) * 300 }),
    );

    const { waitMs } = lastHour([partOf(...waits)], now);

    expect(Math.abs((waitMs.p50 ?? 0) / 15_000 - 1)).toBeLessThan(0.1);
    expect(Math.abs((waitMs.p95 ?? 0) / 28_500 - 1)).toBeLessThan(0.1);
  });

  it('has waits of first records only: later ones are asked for on purpose', () => {
    const recheck = ended(0, { generation: 1, tookMs: 900_000 });

    const { waitMs, records } = lastHour([partOf(recheck, ended(0))], now);

    expect(records).toBe(2);
    expect(waitMs.p95).toBe(0);
  });

  it('takes what others count since the record before', () => {
    const activity = new Activity();
    let counters: Counters = { cacheAsked: 4, cacheHits: 1, batchCalls: 0, batchQuestions: 0 };
    activity.connect(
      () => counters,
      () => undefined,
    );
    activity.add(ended(-10 * MINUTE_MS));
    counters = { cacheAsked: 10, cacheHits: 6, batchCalls: 1, batchQuestions: 30 };
    activity.add(ended(0));

    expect(activity.part().slices).toMatchObject([
      { cacheAsked: 4, cacheHits: 1, batchQuestions: 0 },
      { cacheAsked: 6, cacheHits: 5, batchQuestions: 30 },
    ]);
  });

  it('ends with the last 20 records of all, the newest first', () => {
    const many = partOf(...Array.from({ length: 25 }, (_, index) => ended(index * 2)));
    const others = partOf(...Array.from({ length: 25 }, (_, index) => ended(index * 2 + 1)));

    const ids = lastRecords([many, others]).map(({ lookupId }) => lookupId);

    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => `l_${49 - index}`));
  });
});
