import { MemoryRequestLedger } from './MemoryRequestLedger';
import { describeRequestLedger } from './requestLedgerContract';

describe('MemoryRequestLedger, the fake that tests go by', () => {
  const ledger = new MemoryRequestLedger();
  describeRequestLedger(() => ledger);
});
