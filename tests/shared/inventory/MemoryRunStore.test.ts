import { MemoryRunStore } from './MemoryRunStore';
import { itKeepsRuns } from './runStoreContract';

describe('MemoryRunStore', () => {
  itKeepsRuns(() => Promise.resolve(new MemoryRunStore()));
});
