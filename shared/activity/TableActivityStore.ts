import { odata, type TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { removeRows } from '../storage/removeRows';
import { readRow, int64, writeRow } from '../storage/tableRows';
import type { Part } from './Activity';
import type { ActivityStore } from './ActivityStore';
import { recentLookupSchema } from './RecentLookup';
import { sliceSchema } from './Slice';

const TIMEOUT_MS = 3_000;
const MOST_ROWS = 200;

const rowSchema = z.object({
  rowKey: z.string(),
  slices: z.string().transform((json) => z.array(sliceSchema).parse(JSON.parse(json))),
  recent: z.string().transform((json) => z.array(recentLookupSchema).parse(JSON.parse(json))),
});

/** A row of table `activity` for each process: PartitionKey tenant, RowKey made up by the process. */
export class TableActivityStore implements ActivityStore {
  constructor(
    private readonly table: TableClient,
    private readonly tenantId: string,
    private readonly processId: string,
  ) {}

  async write({ slices, recent }: Part, at: number): Promise<void> {
    const row = {
      partitionKey: this.tenantId,
      rowKey: this.processId,
      at: int64(at),
      slices: JSON.stringify(slices),
      recent: JSON.stringify(recent),
    };
    await writeRow('note what was done', () =>
      this.table.upsertEntity(row, 'Replace', { abortSignal: timeout() }),
    );
  }

  async others(since: number): Promise<readonly Part[]> {
    const filter = odata`PartitionKey eq ${this.tenantId} and at gt ${BigInt(since)}`;
    const rows = await readRow('read what was done', async () => {
      const pages = this.table
        .listEntities({ queryOptions: { filter }, abortSignal: timeout() })
        .byPage({ maxPageSize: MOST_ROWS });
      for await (const page of pages) return page;
      return [];
    });
    // A row of another version is left out.
    return (rows ?? []).flatMap((row) => {
      const { success, data } = rowSchema.safeParse(row);
      return success && data.rowKey !== this.processId ? [data] : [];
    });
  }

  removeBefore(at: number): Promise<number> {
    return removeRows(this.table, odata`at lt ${BigInt(at)}`, 'remove what was done');
  }
}

const timeout = (): AbortSignal => AbortSignal.timeout(TIMEOUT_MS);
