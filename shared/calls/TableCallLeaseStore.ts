import { createHash } from 'node:crypto';
import { odata, type TableClient, type TableEntity } from '@azure/data-tables';
import { z } from 'zod';
import { removeRows } from '../storage/removeRows';
import { int64, int64Schema, readRow, writeRow } from '../storage/tableRows';
import type { CallLease, LeasedCall, CallLeaseStore, StoredLease } from './CallLeaseStore';
import { ticketSchema } from '../quota/ticketSchema';

const TIMEOUT_MS = 3_000;

const rowSchema = z.object({
  owner: z.string().min(1),
  ticket: z.string().transform((json) => ticketSchema.nullable().parse(JSON.parse(json))),
  slotAt: int64Schema,
});

/** Claims in table `claims`: PartitionKey tenant and endpoint, RowKey hash of the call. */
export class TableCallLeaseStore implements CallLeaseStore {
  constructor(
    private readonly table: TableClient,
    private readonly tenantId: string,
  ) {}

  async insert(call: LeasedCall, claim: CallLease): Promise<StoredLease | null> {
    const etag = await writeRow('make a claim', () =>
      this.table.createEntity(this.toEntity(call, claim), { abortSignal: timeout() }),
    );
    return etag === null ? null : { ...claim, etag };
  }

  async read(call: LeasedCall): Promise<StoredLease | null> {
    const { partitionKey, rowKey } = this.keysOf(call);
    return readRow('read a claim', async () => {
      const row = await this.table.getEntity(partitionKey, rowKey, { abortSignal: timeout() });
      return { ...rowSchema.parse(row), etag: row.etag };
    });
  }

  async replace(call: LeasedCall, claim: CallLease, etag: string): Promise<StoredLease | null> {
    const options = { abortSignal: timeout(), etag };
    const written = await writeRow('take over a claim', () =>
      this.table.updateEntity(this.toEntity(call, claim), 'Replace', options),
    );
    return written === null ? null : { ...claim, etag: written };
  }

  removeBefore(at: number): Promise<number> {
    return removeRows(this.table, odata`slotAt lt ${BigInt(at)}`, 'remove old claims');
  }

  private keysOf({ endpoint, key }: LeasedCall): { partitionKey: string; rowKey: string } {
    return {
      partitionKey: `${this.tenantId}|${endpoint}`,
      rowKey: createHash('sha256').update(key).digest('hex').slice(0, 40),
    };
  }

  private toEntity(call: LeasedCall, { owner, ticket, slotAt }: CallLease): TableEntity {
    return {
      ...this.keysOf(call),
      owner,
      ticket: JSON.stringify(ticket),
      slotAt: int64(slotAt),
    };
  }
}

const timeout = (): AbortSignal => AbortSignal.timeout(TIMEOUT_MS);
