import {
  odata,
  type TableClient,
  type TableEntity,
  type TableEntityResult,
  type TransactionAction,
} from '@azure/data-tables';
import { z } from 'zod';
import type { Clock } from '../clock/Clock';
import { DAY_MS } from '../clock/durations';
import { toRecordIndicator } from '../records/buildRecord';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { Ignored, LookupHead } from '../lookups/Lookup';
import type { LeftOut } from '../records/requestFields';
import type { BlobStore } from '../storage/BlobStore';
import type { DayTables } from '../storage/DayTables';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import { conditionOf, storageUnavailable } from '../storage/storageErrors';
import { int64, int64Schema } from '../storage/tableRows';
import { KEPT_DAYS } from './requestAge';
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
  /**
   * Tables `requests…`, by the day of receipt: PartitionKey request id, one row for the request, one per lookup and per
   * value left out.
   */
  readonly tables: DayTables;
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
    // The request's own row comes last: without it the request does not exist.
    const head = {
      partitionKey: requestId,
      rowKey: REQUEST_ROW,
      receivedAt: int64(receivedAt),
      ignored: JSON.stringify(ignored),
    };
    const table = this.deps.tables.of(receivedAt);
    await this.trying('open a request', async () => {
      await this.inTransactions(
        table,
        rows.map((row) => ['create', row]),
      );
      await table.createEntity(head);
    });
  }

  async complete(record: EnrichmentRecord): Promise<void> {
    const { results, clock } = this.deps;
    const { id: requestId, receivedAt } = record.request;
    const bytes = Buffer.from(JSON.stringify(record));
    await results.create(blobName(requestId, record.lookupId), bytes, {
      contentType: 'application/json',
    });
    const done = { doneAt: int64(clock.now()) };
    const table = this.deps.tables.of(Date.parse(receivedAt));
    const row = { ...keysOf(requestId, record.lookupId), ...done };
    await this.trying('complete a lookup', () => merge(table, row));
  }

  async postponed({ id, request }: LookupHead, resumeAt: number): Promise<void> {
    const table = this.deps.tables.of(request.receivedAt);
    const row = { ...keysOf(request.id, id), notBefore: int64(resumeAt) };
    await merge(table, row).catch(() => undefined);
  }

  /** The request id does not contain the day: mostly it is today. */
  async read(requestId: string): Promise<StoredRequest | null> {
    const { tables, clock } = this.deps;
    const now = clock.now();
    for (let daysAgo = 0; daysAgo <= KEPT_DAYS; daysAgo++) {
      const table = tables.of(now - daysAgo * DAY_MS);
      const found = await this.readFrom(table, requestId);
      if (found) return found;
    }
    return null;
  }

  private async readFrom(table: TableClient, requestId: string): Promise<StoredRequest | null> {
    const filter = odata`PartitionKey eq ${requestId}`;
    const rows = await this.trying('read a request', () => listRows(table, filter));
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

  removeBefore(at: number): Promise<number> {
    return this.deps.tables.removeBefore(at);
  }

  private async inTransactions(table: TableClient, actions: TransactionAction[]): Promise<void> {
    for (let from = 0; from < actions.length; from += MAX_ROWS) {
      await table.submitTransaction(actions.slice(from, from + MAX_ROWS));
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

/** None if the table does not exist. */
async function listRows(table: TableClient, filter: string): Promise<TableEntityResult<object>[]> {
  const rows = [];
  try {
    for await (const row of table.listEntities({ queryOptions: { filter } })) rows.push(row);
  } catch (error) {
    if (conditionOf(error) !== 'TableNotFound') throw error;
  }
  return rows;
}

/** No caller waits for a row that housekeeping has removed with its table. */
async function merge(table: TableClient, row: TableEntity): Promise<void> {
  try {
    await table.updateEntity(row, 'Merge');
  } catch (error) {
    if (conditionOf(error) !== 'ResourceNotFound') throw error;
  }
}

const keysOf = (requestId: string, lookupId: string) => ({
  partitionKey: requestId,
  rowKey: `${LOOKUP_ROWS}${lookupId}`,
});

function toStoredLookup({ rowKey, indicator, doneAt, ...row }: z.infer<typeof lookupRow>) {
  const shown = JSON.parse(indicator) as StoredLookup['indicator']; // written by open
  const lookupId = rowKey.slice(LOOKUP_ROWS.length);
  return { ...row, lookupId, indicator: shown, doneAt: doneAt ?? null };
}

const blobName = (requestId: string, lookupId: string): string =>
  `requests/${requestId}/${lookupId}.json`;
