import { startAzurite, type Azurite } from '../../../local/azurite';
import { TableRequestLedger } from '../../../shared/requestRecords/TableRequestLedger';
import { createStateStorage } from '../../../shared/storage/createStateStorage';
import { NOW } from '../lookups/aLookup';
import { stateStorageOf } from '../storage/stateStorageOf';
import { describeRequestLedger } from './requestLedgerContract';

describe('TableRequestLedger', () => {
  let azurite: Azurite;
  let ledger: TableRequestLedger;
  beforeAll(async () => {
    azurite = await startAzurite();
    const storage = createStateStorage(stateStorageOf(azurite));
    const clock = { now: () => NOW, sleep: () => Promise.resolve() };
    const tables = storage.dayTables('requests');
    ledger = new TableRequestLedger({ tables, results: storage.blobs('results'), clock });
  });
  afterAll(() => azurite.close());

  describeRequestLedger(() => ledger);
});
