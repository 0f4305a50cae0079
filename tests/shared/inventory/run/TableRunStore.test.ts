import { startAzurite, type Azurite } from '../../../../local/azurite';
import { newRun } from '../../../../shared/inventory/run/InventoryRun';
import { TableRunStore } from '../../../../shared/inventory/run/TableRunStore';
import { createStateStorage } from '../../../../shared/storage/createStateStorage';
import { StorageUnavailableError } from '../../../../shared/storage/StorageUnavailableError';
import { stateStorageOf } from '../../storage/stateStorageOf';
import { itKeepsRuns } from '../runStoreContract';

describe('TableRunStore', () => {
  let azurite: Azurite;
  let tables = 0;
  const open = (tenantId = 'tenant', name = `inventory${(tables += 1)}`) => {
    const table = createStateStorage(stateStorageOf(azurite)).table(name);
    return new TableRunStore(table, tenantId);
  };
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.close());

  itKeepsRuns(() => Promise.resolve(open()));

  it('keeps the runs of tenants apart', async () => {
    const run = newRun(0, 0);
    const name = `inventory${(tables += 1)}`;
    await open('one', name).insert(run);

    expect(await open('other', name).read(run.runId)).toBeNull();
    expect(await open('other', name).list(0)).toEqual([]);
  });

  it('reports a store that refuses', async () => {
    const reading = open('tenant', 'bad-name').read('run');

    await expect(reading).rejects.toThrow(StorageUnavailableError);
  });
});
