import { TableClient } from '@azure/data-tables';
import { startAzurite, type Azurite } from '../../../local/azurite';
import { StoreClock } from '../../../shared/clock/StoreClock';
import { systemClock, systemRandom } from '../../../shared/clock/systemClock';
import { QuotaKeeper } from '../../../shared/quota/QuotaKeeper';
import { TableCalendarStore } from '../../../shared/quota/TableCalendarStore';
import { DEFAULTS } from '../../../local/simulation/calendarConfigs';
import { bulk, times } from './calendar/fixtures';

describe('64 keepers on one Table', () => {
  let azurite: Azurite;
  let store: TableCalendarStore;
  beforeAll(async () => {
    azurite = await startAzurite();
    const table = TableClient.fromConnectionString(azurite.connectionString, 'quota', {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
    await table.createTable();
    // All of it runs in this one process, and not alone on the machine.
    store = new TableCalendarStore(table, 'tenant|app', { readMs: 25_000, writeMs: 25_000 });
  });
  afterAll(() => azurite.close());

  it('issue every ordinal once, and as many as they were asked for', async () => {
    const keepers = times(
      64,
      () =>
        new QuotaKeeper({
          store,
          clock: new StoreClock(systemClock),
          random: systemRandom,
          config: DEFAULTS,
          deniedAfterMs: 0,
        }),
    );

    const answers = await Promise.all(
      keepers.flatMap((keeper) => times(3, () => keeper.take(bulk()))),
    );

    const ordinals = answers.map((a) => (a.outcome === 'granted' ? a.ticket.ordinal : -1));
    expect([...ordinals].sort((a, b) => a - b)).toEqual(times(192, (index) => index));
    const { stored } = await store.read('cal|machine');
    expect(stored?.state?.flows.normal.issued).toBe(192);
  }, 120_000);
});
