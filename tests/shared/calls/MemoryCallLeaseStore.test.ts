import { itKeepsCallLeases } from './callLeaseStoreContract';
import { MemoryCallLeaseStore } from './MemoryCallLeaseStore';

describe('MemoryClaimStore', () => {
  itKeepsCallLeases(() => Promise.resolve(new MemoryCallLeaseStore()));
});
