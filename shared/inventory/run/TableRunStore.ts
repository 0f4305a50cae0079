import { odata, type TableClient, type TableEntity } from '@azure/data-tables';
import { z } from 'zod';
import { statusOf, storageUnavailable } from '../../storage/storageErrors';
import { int64, int64Schema, readRow, writeRow } from '../../storage/tableRows';
import { runIdOf, RUN_PHASES, RUN_STATUSES, type InventoryRun } from './InventoryRun';
import type { RunStore, StoredRun } from './RunStore';

const TIMEOUT_MS = 10_000;

const rowSchema = z.object({
  rowKey: z.string(),
  slotAt: int64Schema,
  status: z.enum(RUN_STATUSES),
  epoch: z.number(),
  // Rows of earlier versions have neither.
  publishes: z.boolean().default(true),
  phase: z.enum(RUN_PHASES).default('list'),
  startedAt: int64Schema,
  completedAt: int64Schema.nullish().transform((at) => at ?? null),
  seq: z.number(),
  nextAt: int64Schema,
  machines: z.number(),
  calls: z.number(),
  throttled: z.number(),
  waits: z.number(),
  reasonCode: z
    .string()
    .nullish()
    .transform((code) => code ?? null),
  warnings: z.string().transform((json) => z.array(z.string()).parse(JSON.parse(json))),
});

/** Runs in table `inventory`: PartitionKey tenant, RowKey run id. */
export class TableRunStore implements RunStore {
  constructor(
    private readonly table: TableClient,
    private readonly tenantId: string,
  ) {}

  async insert(run: InventoryRun): Promise<StoredRun | null> {
    const etag = await writeRow('add an inventory run', () =>
      this.table.createEntity(this.toEntity(run), { abortSignal: timeout() }),
    );
    return etag === null ? null : { run, etag };
  }

  async read(runId: string): Promise<StoredRun | null> {
    return readRow('read an inventory run', async () => {
      const row = await this.table.getEntity(this.tenantId, runId, { abortSignal: timeout() });
      return { run: toRun(row), etag: row.etag };
    });
  }

  async replace(run: InventoryRun, etag: string): Promise<StoredRun | null> {
    const options = { abortSignal: timeout(), etag };
    const written = await writeRow('change an inventory run', () =>
      this.table.updateEntity(this.toEntity(run), 'Replace', options),
    );
    return written === null ? null : { run, etag: written };
  }

  async list(sinceAt: number): Promise<readonly InventoryRun[]> {
    const filter = odata`PartitionKey eq ${this.tenantId} and RowKey ge ${runIdOf(sinceAt)}`;
    const runs: InventoryRun[] = [];
    try {
      for await (const row of this.table.listEntities({ queryOptions: { filter } })) {
        runs.push(toRun(row));
      }
    } catch (error) {
      if (statusOf(error) !== 404) throw storageUnavailable('list inventory runs', error);
    }
    return runs;
  }

  async removeBefore(at: number): Promise<void> {
    const filter = odata`PartitionKey eq ${this.tenantId} and RowKey lt ${runIdOf(at)} and status ne 'running'`;
    try {
      for await (const { rowKey = '' } of this.table.listEntities({ queryOptions: { filter } })) {
        await this.table.deleteEntity(this.tenantId, rowKey);
      }
    } catch (error) {
      if (statusOf(error) !== 404) throw storageUnavailable('remove inventory runs', error);
    }
  }

  private toEntity(run: InventoryRun): TableEntity {
    const { runId, slotAt, startedAt, completedAt, nextAt, reasonCode, warnings, ...rest } = run;
    return {
      partitionKey: this.tenantId,
      rowKey: runId,
      ...rest,
      slotAt: int64(slotAt),
      startedAt: int64(startedAt),
      nextAt: int64(nextAt),
      warnings: JSON.stringify(warnings),
      ...(completedAt !== null && { completedAt: int64(completedAt) }),
      ...(reasonCode !== null && { reasonCode }),
    };
  }
}

function toRun(row: object): InventoryRun {
  const { rowKey, ...rest } = rowSchema.parse(row);
  return { runId: rowKey, ...rest };
}

const timeout = (): AbortSignal => AbortSignal.timeout(TIMEOUT_MS);
