import { itKeepsBatches } from './batchStoreContract';
import { MemoryBatchStore } from './MemoryBatchStore';

describe('MemoryBatchStore', () => {
  itKeepsBatches(async () => new MemoryBatchStore());
});
