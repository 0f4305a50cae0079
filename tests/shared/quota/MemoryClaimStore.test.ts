import { itKeepsClaims } from './claimStoreContract';
import { MemoryClaimStore } from './MemoryClaimStore';

describe('MemoryClaimStore', () => {
  itKeepsClaims(() => Promise.resolve(new MemoryClaimStore()));
});
