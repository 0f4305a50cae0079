import { TableClient } from '@azure/data-tables';
import { QuotaUnavailableError } from '../../../shared/quota/QuotaUnavailableError';
import { TableCalendarStore } from '../../../shared/quota/TableCalendarStore';
import { startAzurite } from '../../../local/azurite';
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

  it('refuses a row of a version it does not know', async () => {
    await table.createEntity({ partitionKey: 'tenant|new', rowKey: 'cal|machine', v: 2 });

    const reading = new TableCalendarStore(table, 'tenant|new').read('cal|machine');

    await expect(reading).rejects.toThrow(QuotaUnavailableError);
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
