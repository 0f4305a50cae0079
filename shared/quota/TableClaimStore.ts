import { createHash } from 'node:crypto';
import { odata, RestError, type TableClient, type TableEntity } from '@azure/data-tables';
import { z } from 'zod';
import { storageUnavailable } from '../storage/storageErrors';
import type { Claim, ClaimedCall, ClaimStore, StoredClaim } from './ClaimStore';
import { ticketSchema } from './ticketSchema';

const TIMEOUT_MS = 3_000;

const rowSchema = z.object({
  owner: z.string().min(1),
  ticket: z.string().transform((json) => ticketSchema.nullable().parse(JSON.parse(json))),
  slotAt: z.bigint().transform(Number),
});

/** Claims in table `claims`: PartitionKey tenant and endpoint, RowKey hash of the call. */
export class TableClaimStore implements ClaimStore {
  constructor(
    private readonly table: TableClient,
    private readonly tenantId: string,
  ) {}

  async insert(call: ClaimedCall, claim: Claim): Promise<StoredClaim | null> {
    return this.settle('make a claim', claim, () =>
      this.table.createEntity(this.toEntity(call, claim), { abortSignal: timeout() }),
    );
  }

  async read(call: ClaimedCall): Promise<StoredClaim | null> {
    const { partitionKey, rowKey } = this.keysOf(call);
    try {
      const row = await this.table.getEntity(partitionKey, rowKey, { abortSignal: timeout() });
      return { ...rowSchema.parse(row), etag: row.etag };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw storageUnavailable('read a claim', error);
    }
  }

  async replace(call: ClaimedCall, claim: Claim, etag: string): Promise<StoredClaim | null> {
    const options = { abortSignal: timeout(), etag };
    return this.settle('take over a claim', claim, () =>
      this.table.updateEntity(this.toEntity(call, claim), 'Replace', options),
    );
  }

  async removeBefore(at: number): Promise<number> {
    let removed = 0;
    try {
      const old = this.table.listEntities({
        queryOptions: {
          filter: odata`slotAt lt ${BigInt(at)}`,
          select: ['partitionKey', 'rowKey'],
        },
      });
      for await (const { partitionKey = '', rowKey = '', etag } of old) {
        if (await this.removeRow(partitionKey, rowKey, etag)) removed += 1;
      }
      return removed;
    } catch (error) {
      throw storageUnavailable('remove old claims', error);
    }
  }

  /** A row that was taken over meanwhile stays. */
  private async removeRow(partition: string, row: string, etag: string): Promise<boolean> {
    try {
      await this.table.deleteEntity(partition, row, { etag });
      return true;
    } catch (error) {
      if ([404, 412].includes(statusOf(error) ?? 0)) return false;
      throw error;
    }
  }

  private async settle(
    operation: string,
    claim: Claim,
    write: () => Promise<{ etag?: string }>,
  ): Promise<StoredClaim | null> {
    try {
      const { etag } = await write();
      if (etag === undefined) throw new Error('The store answered without an ETag.');
      return { ...claim, etag };
    } catch (error) {
      if ([404, 409, 412].includes(statusOf(error) ?? 0)) return null;
      throw storageUnavailable(operation, error);
    }
  }

  private keysOf({ endpoint, key }: ClaimedCall): { partitionKey: string; rowKey: string } {
    return {
      partitionKey: `${this.tenantId}|${endpoint}`,
      rowKey: createHash('sha256').update(key).digest('hex').slice(0, 40),
    };
  }

  private toEntity(call: ClaimedCall, { owner, ticket, slotAt }: Claim): TableEntity {
    return {
      ...this.keysOf(call),
      owner,
      ticket: JSON.stringify(ticket),
      slotAt: { type: 'Int64', value: String(slotAt) },
    };
  }
}

const timeout = (): AbortSignal => AbortSignal.timeout(TIMEOUT_MS);

const statusOf = (error: unknown): number | undefined =>
  error instanceof RestError ? error.statusCode : undefined;
