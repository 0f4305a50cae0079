import { TableClient } from '@azure/data-tables';
import { startAzurite, type Azurite } from '../../../local/azurite';
import { TableCallLeaseStore } from '../../../shared/calls/TableCallLeaseStore';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { itKeepsCallLeases } from './callLeaseStoreContract';

describe('TableClaimStore', () => {
  let azurite: Azurite;
  let tables = 0;
  const open = async (): Promise<TableCallLeaseStore> => {
    const table = tableOf(`claims${(tables += 1)}`);
    await table.createTable();
    return new TableCallLeaseStore(table, 'tenant');
  };
  const tableOf = (name: string): TableClient =>
    TableClient.fromConnectionString(azurite.connectionString, name, {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.close());

  itKeepsCallLeases(open);

  it('reports a store that refuses', async () => {
    const store = new TableCallLeaseStore(tableOf('bad-name'), 'tenant');

    const reading = store.insert(
      { endpoint: 'machine', key: 'k' },
      { owner: 'o', ticket: null, slotAt: 0 },
    );

    await expect(reading).rejects.toThrow(StorageUnavailableError);
  });
});
