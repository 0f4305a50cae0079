import { TableClient } from '@azure/data-tables';
import { startAzurite, type Azurite } from '../../../local/azurite';
import { TableBatchStore } from '../../../shared/batches/TableBatchStore';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { itKeepsBatches } from './batchStoreContract';

describe('TableBatchStore', () => {
  let azurite: Azurite;
  let tables = 0;
  const tableOf = (name: string): TableClient =>
    TableClient.fromConnectionString(azurite.connectionString, name, {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
  const over = (table: TableClient) => new TableBatchStore(table, 'tenant');
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.close());

  itKeepsBatches(async () => {
    const table = tableOf(`batches${(tables += 1)}`);
    await table.createTable();
    return over(table);
  });

  it('reports a store that refuses', async () => {
    const reading = over(tableOf('bad-name')).newest({ list: 'machines', flow: 'normal' }, 1);

    await expect(reading).rejects.toThrow(StorageUnavailableError);
  });
});
