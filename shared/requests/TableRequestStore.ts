import {
  odata,
  type TableClient,
  type TableEntityResult,
  type TransactionAction,
} from '@azure/data-tables';
import { z } from 'zod';
import type { Clock } from '../clock/Clock';
import { toRecordIndicator } from '../records/buildRecord';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { Ignored, LookupHead } from '../lookups/Lookup';
import type { LeftOut } from '../siem/LeftOut';
import type { BlobStore } from '../storage/BlobStore';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import { conditionOf, storageUnavailable } from '../storage/storageErrors';
import { int64, int64Schema } from '../storage/tableRows';
import { isOver } from './requestAge';
import type { RequestStore, StoredLookup, StoredRequest } from './RequestStore';

/** A transaction takes no more rows. */
const MAX_ROWS = 100;
const REQUEST_ROW = 'request';
const LOOKUP_ROWS = 'lookup|';
const LEFT_OUT_ROWS = 'leftOut|';

const requestRow = z.object({
  partitionKey: z.string(),
  receivedAt: int64Schema,
  ignored: z.string().default('[]'),
});
const lookupRow = z.object({
  rowKey: z.string(),
  position: z.number(),
  indicator: z.string(),
  notBefore: int64Schema,
  doneAt: int64Schema.optional(),
});

const leftOutRow = z.object({ order: z.number(), entry: z.string() });

export interface TableRequestStoreDeps {
  /** Table `requests`: PartitionKey request id, one row for the request, one per lookup and per value left out. */
  readonly table: TableClient;
  /** Holds the records, under `requests/`. */
  readonly results: BlobStore;
  readonly clock: Clock;
}

/** Requests in Table Storage, their records in blobs. */
export class TableRequestStore implements RequestStore {
  constructor(private readonly deps: TableRequestStoreDeps) {}

  async open(
    { requestId, receivedAt, ignored, leftOut }: Omit<StoredRequest, 'lookups'>,
    lookups: readonly LookupHead[],
  ): Promise<void> {
    const rows = [
      ...lookups.map(({ id, position, subject }) => ({
        partitionKey: requestId,
        rowKey: `${LOOKUP_ROWS}${id}`,
        position,
        indicator: JSON.stringify(toRecordIndicator(subject)),
        notBefore: int64(receivedAt),
      })),
      ...leftOut.map((each, order) => ({
        partitionKey: requestId,
        rowKey: `${LEFT_OUT_ROWS}${order}`,
        order,
        entry: JSON.stringify(each),
      })),
    ];
    // The request's own row comes last: without it there is no request.
    const head = {
      ...{ partitionKey: requestId, rowKey: REQUEST_ROW, receivedAt: int64(receivedAt) },
      ignored: JSON.stringify(ignored),
    };
    await this.trying('open a request', async () => {
      await this.inTransactions(rows.map((row) => ['create', row]));
      await this.deps.table.createEntity(head);
    });
  }

  async complete(record: EnrichmentRecord): Promise<void> {
    const { results, clock } = this.deps;
    const requestId = record.request.id;
    const bytes = Buffer.from(JSON.stringify(record));
    await results.create(blobName(requestId, record.lookupId), bytes, {
      contentType: 'application/json',
    });
    const done = { doneAt: int64(clock.now()) };
    await this.trying('complete a lookup', () => this.merge(requestId, record.lookupId, done));
  }

  async postponed({ id, request }: LookupHead, until: number): Promise<void> {
    await this.merge(request.id, id, { notBefore: int64(until) }).catch(() => undefined);
  }

  async read(requestId: string): Promise<StoredRequest | null> {
    const filter = odata`PartitionKey eq ${requestId}`;
    const rows = await this.trying('read a request', () => this.list(filter));
    const head = rows.find(({ rowKey }) => rowKey === REQUEST_ROW);
    if (!head) return null;
    const lookups = rows
      .filter(({ rowKey }) => rowKey?.startsWith(LOOKUP_ROWS))
      .map((row) => toStoredLookup(lookupRow.parse(row)))
      .toSorted((a, b) => a.position - b.position);
    const leftOut = rows
      .filter(({ rowKey }) => rowKey?.startsWith(LEFT_OUT_ROWS))
      .map((row) => leftOutRow.parse(row))
      .toSorted((a, b) => a.order - b.order)
      .map(({ entry }) => JSON.parse(entry) as LeftOut); // written by open
    const { receivedAt, ignored } = requestRow.parse(head);
    const parsed = JSON.parse(ignored) as Ignored[]; // written by open
    return { requestId, receivedAt, lookups, ignored: parsed, leftOut };
  }

  async readRecord(requestId: string, lookupId: string): Promise<EnrichmentRecord> {
    const name = blobName(requestId, lookupId);
    const bytes = await this.deps.results.read(name);
    if (!bytes) throw new StorageUnavailableError(`read blob ${name}`, 'BlobNotFound');
    return JSON.parse(bytes.toString('utf8')) as EnrichmentRecord; // written by complete
  }

  async removeBefore(at: number): Promise<number> {
    const filter = odata`RowKey eq ${REQUEST_ROW}`;
    const heads = await this.trying('list requests', () => this.list(filter));
    let removed = 0;
    for (const head of heads) {
      const request = await this.read(requestRow.parse(head).partitionKey);
      if (!request || !isOver(request, at)) continue;
      await this.remove(request);
      removed += 1;
    }
    return removed;
  }

  /** The request's own row goes last, so that an interrupted run is taken up by the next. */
  private async remove({ requestId, lookups, leftOut }: StoredRequest): Promise<void> {
    const { results, table } = this.deps;
    for (const { lookupId } of lookups) await results.delete(blobName(requestId, lookupId));
    await this.trying('remove a request', async () => {
      const rowKeys = [
        ...lookups.map(({ lookupId }) => `${LOOKUP_ROWS}${lookupId}`),
        ...leftOut.map((_each, order) => `${LEFT_OUT_ROWS}${order}`),
      ];
      await this.inTransactions(
        rowKeys.map((rowKey) => ['delete', { partitionKey: requestId, rowKey }]),
      );
      await table.deleteEntity(requestId, REQUEST_ROW);
    });
  }

  private async inTransactions(actions: TransactionAction[]): Promise<void> {
    for (let from = 0; from < actions.length; from += MAX_ROWS) {
      await this.deps.table.submitTransaction(actions.slice(from, from + MAX_ROWS));
    }
  }

  private async list(filter: string): Promise<TableEntityResult<object>[]> {
    const rows = [];
    for await (const row of this.deps.table.listEntities({ queryOptions: { filter } })) {
      rows.push(row);
    }
    return rows;
  }

  /** A row that housekeeping has removed is waited for by nobody. */
  private async merge(requestId: string, lookupId: string, change: object): Promise<void> {
    const row = { partitionKey: requestId, rowKey: `${LOOKUP_ROWS}${lookupId}`, ...change };
    try {
      await this.deps.table.updateEntity(row, 'Merge');
    } catch (error) {
      if (conditionOf(error) !== 'ResourceNotFound') throw error;
    }
  }

  private async trying<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageUnavailable(operation, error);
    }
  }
}

function toStoredLookup({ rowKey, indicator, doneAt, ...row }: z.infer<typeof lookupRow>) {
  const shown = JSON.parse(indicator) as StoredLookup['indicator']; // written by open
  const lookupId = rowKey.slice(LOOKUP_ROWS.length);
  return { ...row, lookupId, indicator: shown, doneAt: doneAt ?? null };
}

const blobName = (requestId: string, lookupId: string): string =>
  `requests/${requestId}/${lookupId}.json`;
