import type { BatchStore } from '../../shared/batches/BatchStore';
import { StorageUnavailableError } from '../../shared/storage/StorageUnavailableError';
import { smallQuota } from '../../local/simulation/worlds';
import { batchedBurst, type BurstReport } from './batchedBurst';
import { refusesIn, refusesLong } from './refusals';

const LOOKUPS = Number(process.env['SIMULATED_BATCHED'] ?? 900);

/** As when the table cannot be reached. */
function unreachable(): BatchStore & { readonly transactions: number } {
  const fail = () => Promise.reject(new StorageUnavailableError('find a batch', 'timeout'));
  return {
    insert: fail,
    newest: fail,
    read: fail,
    replace: fail,
    removeBefore: fail,
    transactions: 0,
  };
}

describe(`${LOOKUPS} messages of one indicator each, a third names, device ids and alert ids`, () => {
  it.each([
    { instances: 1, perCall: 6 },
    { instances: 4, perCall: 6 },
  ])(
    'are answered by calls for at least $perCall lookups each, $instances instances, without a 429',
    async ({ instances, perCall }) => {
      const report = await batchedBurst({ instances, lookups: LOOKUPS });

      expect(report).toMatchObject({
        outcomes: { found: 0.9 * LOOKUPS, notSeen: 0.1 * LOOKUPS },
        throttled: 0,
      });
      expect(LOOKUPS / report.totalCalls).toBeGreaterThanOrEqual(perCall);
      expect(report.seconds).toBeLessThan(150);
    },
    120_000,
  );

  it('are all answered once although processes crash at any time', async () => {
    const report = await batchedBurst({ instances: 4, lookups: LOOKUPS, crashEveryMs: 10_000 });

    expect(report).toMatchObject({
      outcomes: { found: 0.9 * LOOKUPS, notSeen: 0.1 * LOOKUPS },
      throttled: 0,
    });
  }, 120_000);

  it('are all answered although nothing can be kept in the cache', async () => {
    const report = await batchedBurst({ instances: 2, lookups: 150, isForgetful: true });

    expect(report).toMatchObject({ outcomes: { found: 135, notSeen: 15 }, throttled: 0 });
  }, 120_000);

  it('are asked for one by one while the table of batches cannot be reached', async () => {
    const quota = smallQuota(60, 600).config;
    const options = { instances: 2, lookups: 150, quota };

    const without = await batchedBurst({ ...options, batches: unreachable() });

    expect(without).toMatchObject({ outcomes: { found: 135, notSeen: 15 }, throttled: 0 });
  }, 120_000);

  it.each([
    { title: 'no long URL', refusal: refusesLong, most: 6 },
    // The whole and its halves, of two lists, each with and without the count of rows.
    { title: 'no `in`', refusal: refusesIn, most: 12 },
  ])(
    'are answered by a Defender that takes $title, which costs $most calls in all processes',
    async ({ refusal, most }) => {
      const report = await batchedBurst({ instances: 4, lookups: 300, areKnown: true, refusal });

      expect(report).toMatchObject({ outcomes: { found: 300 }, throttled: 0 });
      expect(report.refused).toBeGreaterThan(0);
      expect(report.refused).toBeLessThanOrEqual(most);
    },
    120_000,
  );

  it('are answered in a stream while the quota is spent', async () => {
    const quota = { perMinute: 20, perHour: 300 };
    const report: BurstReport = await batchedBurst({
      instances: 2,
      lookups: 400,
      arriveWithinMs: 60_000,
      areKnown: true,
      quota,
    });

    expect(report).toMatchObject({ outcomes: { found: 400 }, throttled: 0 });
    expect(report.totalCalls).toBeLessThanOrEqual(120);
    expect(report.seconds).toBeLessThanOrEqual(150);
  }, 120_000);
});
