import { odata, type TableClient, type TableEntity } from '@azure/data-tables';
import { z } from 'zod';
import { ticketSchema } from '../quota/ticketSchema';
import { removeRows } from '../storage/removeRows';
import { storageUnavailable } from '../storage/storageErrors';
import { int64, int64Schema, readRow, writeRow } from '../storage/tableRows';
import type { Batch, BatchQueue, BatchStore, StoredBatch } from './BatchStore';
import { storedQueriesSchema, toStored } from './storedQuery';

const TIMEOUT_MS = 3_000;

const parsed = <T extends z.ZodType>(schema: T) =>
  z.string().transform((json) => schema.parse(JSON.parse(json)));

const rowSchema = z.object({
  ticket: parsed(ticketSchema),
  slotAt: int64Schema,
  members: parsed(storedQueriesSchema),
  isClosed: z.boolean(),
  left: parsed(z.array(z.string())),
  next: parsed(z.object({ id: z.string(), resumeAt: z.number() }).nullable()).default(null),
});

/** Batches in table `batches`: PartitionKey tenant, list and flow, RowKey falling with time. */
export class TableBatchStore implements BatchStore {
  constructor(
    private readonly table: TableClient,
    private readonly tenantId: string,
  ) {}

  async insert(id: string, batch: Batch): Promise<StoredBatch> {
    try {
      const { etag = '' } = await this.table.createEntity(this.toEntity(id, batch), {
        abortSignal: timeout(),
      });
      return { ...batch, id, etag };
    } catch (error) {
      throw storageUnavailable('open a batch', error);
    }
  }

  async newest({ list, flow }: BatchQueue, count: number): Promise<readonly StoredBatch[]> {
    const partition = `${this.tenantId}|${list}|${flow}`;
    const filter = odata`PartitionKey eq ${partition}`;
    const found = await readRow('find batches', async () => {
      const pages = this.table
        .listEntities({ queryOptions: { filter }, abortSignal: timeout() })
        .byPage({ maxPageSize: count });
      for await (const page of pages) return page.map(toBatch);
      return [];
    });
    return found ?? [];
  }

  async read(id: string): Promise<StoredBatch | null> {
    const { partitionKey, rowKey } = this.keysOf(id);
    return readRow('read a batch', async () =>
      toBatch(await this.table.getEntity(partitionKey, rowKey, { abortSignal: timeout() })),
    );
  }

  async replace({ id, etag }: StoredBatch, batch: Batch): Promise<StoredBatch | null> {
    const written = await writeRow('change a batch', () =>
      this.table.updateEntity(this.toEntity(id, batch), 'Replace', {
        abortSignal: timeout(),
        etag,
      }),
    );
    return written === null ? null : { ...batch, id, etag: written };
  }

  removeBefore(at: number): Promise<number> {
    return removeRows(this.table, odata`slotAt lt ${BigInt(at)}`, 'remove old batches');
  }

  private keysOf(id: string): { partitionKey: string; rowKey: string } {
    const at = id.lastIndexOf('|');
    return { partitionKey: `${this.tenantId}|${id.slice(0, at)}`, rowKey: id.slice(at + 1) };
  }

  private toEntity(id: string, batch: Batch): TableEntity {
    const { ticket, slotAt, members, isClosed, left, next } = batch;
    return {
      ...this.keysOf(id),
      ticket: JSON.stringify(ticket),
      slotAt: int64(slotAt),
      members: JSON.stringify(members.map(toStored)),
      isClosed,
      left: JSON.stringify(left),
      next: JSON.stringify(next),
    };
  }
}

function toBatch(row: { partitionKey?: string; rowKey?: string; etag?: string }): StoredBatch {
  const { partitionKey = '', rowKey = '', etag = '' } = row;
  const queue = partitionKey.slice(partitionKey.indexOf('|') + 1);
  return { ...rowSchema.parse(row), id: `${queue}|${rowKey}`, etag };
}

const timeout = (): AbortSignal => AbortSignal.timeout(TIMEOUT_MS);
