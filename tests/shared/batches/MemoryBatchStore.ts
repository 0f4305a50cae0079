import type {
  Batch,
  BatchQueue,
  BatchStore,
  StoredBatch,
} from '../../../shared/batches/BatchStore';
import { storedQueriesSchema, toStored } from '../../../shared/batches/storedQuery';

export class MemoryBatchStore implements BatchStore {
  private readonly batches = new Map<string, StoredBatch>();
  private version = 0;
  transactions = 0;

  async insert(id: string, batch: Batch): Promise<StoredBatch> {
    this.transactions += 1;
    return this.put(id, batch);
  }

  async newest({ list, flow }: BatchQueue, count: number): Promise<readonly StoredBatch[]> {
    this.transactions += 1;
    const ofQueue = [...this.batches.keys()].filter((id) => id.startsWith(`${list}|${flow}|`));
    return ofQueue
      .sort()
      .slice(0, count)
      .flatMap((id) => this.batches.get(id) ?? []);
  }

  async read(id: string): Promise<StoredBatch | null> {
    this.transactions += 1;
    return this.batches.get(id) ?? null;
  }

  async replace({ id, etag }: StoredBatch, batch: Batch): Promise<StoredBatch | null> {
    this.transactions += 1;
    return this.batches.get(id)?.etag === etag ? this.put(id, batch) : null;
  }

  async removeBefore(at: number): Promise<number> {
    const old = [...this.batches.values()].filter(({ slotAt }) => slotAt < at);
    for (const { id } of old) this.batches.delete(id);
    return old.length;
  }

  private put(id: string, batch: Batch): StoredBatch {
    const members = storedQueriesSchema.parse(batch.members.map(toStored));
    const stored = { ...batch, members, id, etag: `v${(this.version += 1)}` };
    this.batches.set(id, stored);
    return stored;
  }
}
