import { TableClient } from '@azure/data-tables';
import { QuotaUnavailableError } from '../../../shared/quota/QuotaUnavailableError';
import { TableCalendarStore } from '../../../shared/quota/TableCalendarStore';
import { startAzurite } from '../../../local/azurite';
import { calendarOf } from './calendar/fixtures';
import { itKeepsCalendars } from './calendarStoreContract';

describe('TableCalendarStore', () => {
  let azurite: Awaited<ReturnType<typeof startAzurite>>;
  let table: TableClient;
  let partitions = 0;

  beforeAll(async () => {
    azurite = await startAzurite();
    table = TableClient.fromConnectionString(azurite.connectionString, 'quota', {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
    await table.createTable();
  });
  afterAll(() => azurite.close());

  itKeepsCalendars(() =>
    Promise.resolve(new TableCalendarStore(table, `tenant|app${(partitions += 1)}`)),
  );

  it('tells a row that it cannot read, and sets it aside with all that was in it', async () => {
    const keys = { partitionKey: 'tenant|edited', rowKey: 'cal|machine' };
    await table.createEntity({ ...keys, v: 'one', note: 'by hand', cool: 5n, log: Buffer.of(1) });
    const store = new TableCalendarStore(table, 'tenant|edited');

    const { stored } = await store.read('cal|machine');
    await store.setAside('cal|machine', calendarOf(), stored?.etag ?? '');

    const { state } = (await store.read('cal|machine')).stored ?? {};
    const aside = await table.getEntity('tenant|edited', 'aside|cal|machine|epoch');
    expect(stored?.state).toBeNull();
    expect(state).toEqual(calendarOf());
    expect(aside).toMatchObject({ v: 'one', note: 'by hand', cool: 5n, log: Uint8Array.of(1) });
  });

  it('reports a store that does not answer, without its address or headers', async () => {
    const nowhere = TableClient.fromConnectionString(
      azurite.connectionString.replace(/127\.0\.0\.1:\d+\/devstoreaccount1$/, '127.0.0.1:1/a'),
      'quota',
      { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } },
    );

    const reading = new TableCalendarStore(nowhere, 'tenant|app').read('cal|machine');

    await expect(reading).rejects.toThrow(QuotaUnavailableError);
    await expect(reading).rejects.not.toThrow(/127\.0\.0\.1|sharedkey/i);
  });
});
