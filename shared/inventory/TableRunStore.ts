import { odata, RestError, type TableClient, type TableEntity } from '@azure/data-tables';
import { z } from 'zod';
import { storageUnavailable } from '../storage/storageErrors';
import { runIdOf, RUN_STATUSES, type InventoryRun } from './InventoryRun';
import type { RunStore, StoredRun } from './RunStore';

const TIMEOUT_MS = 10_000;

const instant = z.bigint().transform(Number);
const rowSchema = z.object({
  rowKey: z.string(),
  slotAt: instant,
  status: z.enum(RUN_STATUSES),
  epoch: z.number(),
  startedAt: instant,
  completedAt: instant.nullish().transform((at) => at ?? null),
  seq: z.number(),
  nextAt: instant,
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

  insert(run: InventoryRun): Promise<StoredRun | null> {
    const options = { abortSignal: timeout() };
    return this.settle('add an inventory run', run, () =>
      this.table.createEntity(this.toEntity(run), options),
    );
  }

  async read(runId: string): Promise<StoredRun | null> {
    try {
      const row = await this.table.getEntity(this.tenantId, runId, { abortSignal: timeout() });
      return { run: toRun(row), etag: row.etag };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw storageUnavailable('read an inventory run', error);
    }
  }

  replace(run: InventoryRun, etag: string): Promise<StoredRun | null> {
    const options = { abortSignal: timeout(), etag };
    return this.settle('change an inventory run', run, () =>
      this.table.updateEntity(this.toEntity(run), 'Replace', options),
    );
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

  private async settle(
    operation: string,
    run: InventoryRun,
    write: () => Promise<{ etag?: string }>,
  ): Promise<StoredRun | null> {
    try {
      const { etag } = await write();
      if (etag === undefined) throw new Error('The store answered without an ETag.');
      return { run, etag };
    } catch (error) {
      if ([404, 409, 412].includes(statusOf(error) ?? 0)) return null;
      throw storageUnavailable(operation, error);
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

const int64 = (value: number) => ({ type: 'Int64', value: String(value) }) as const;

const timeout = (): AbortSignal => AbortSignal.timeout(TIMEOUT_MS);

const statusOf = (error: unknown): number | undefined =>
  error instanceof RestError ? error.statusCode : undefined;
