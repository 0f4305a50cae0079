import {
  odata,
  type TableClient,
  type TableEntity,
  type TransactionAction,
} from '@azure/data-tables';
import { z } from 'zod';
import { DAY_MS, MINUTE_MS } from '../clock/durations';
import type { Clock } from '../clock/Clock';
import { withTimeLimit } from '../clock/withTimeLimit';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { BlobStore } from '../storage/BlobStore';
import type { DayTables } from '../storage/DayTables';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import { conditionOf, storageUnavailable } from '../storage/storageErrors';
import { int64, writeRow } from '../storage/tableRows';
import {
  HEAD_ROW,
  ledgerBlob,
  MAX_INLINE_BYTES,
  pack,
  placeRow,
  readEndedRow,
  readHeadRow,
  readWaitRow,
  RECORD_ROWS,
  toClaimColumns,
  toHeadRow,
  toWaitRow,
  unpack,
  WAIT_ROWS,
} from './ledgerRows';
import { listRows } from './listRows';
import type { RequestLedger } from './RequestLedger';
import {
  refOf,
  toEndedLookup,
  type Claim,
  type EndedLookup,
  type RequestHead,
  type RequestRef,
  type RequestState,
  type WaitingLookup,
} from './RequestState';

export interface TableRequestLedgerDeps {
  /** Tables `requests…`, by the day of receipt; see `ledgerRows`. */
  readonly tables: DayTables;
  /** Holds large records, under `requests/`. */
  readonly results: BlobStore;
  readonly clock: Clock;
}

/** Of a transaction: with records of 32 KB it stays below 4 MB. */
const MAX_ROWS = 50;
const TIMEOUT_MS = 10_000;
/** After the last slot of its lookups. */
const OVERDUE_AFTER_MS = 10 * MINUTE_MS;
/** As old as a lookup gets, and its second look. */
const OPEN_DAYS = 2;
const BRIEF = [
  'PartitionKey',
  'RowKey',
  'ended',
  'waiting',
  'about',
  'generation',
  'status',
  'members',
  'isSent',
  'lookups',
];
const CONFLICTS = ['EntityAlreadyExists', 'UpdateConditionNotSatisfied', 'ResourceNotFound'];

/** Queue requests in Table Storage, their large records in blobs. */
export class TableRequestLedger implements RequestLedger {
  constructor(private readonly deps: TableRequestLedgerDeps) {}

  async open(
    head: RequestHead,
    waiting: readonly WaitingLookup[],
    records: readonly EnrichmentRecord[],
  ): Promise<void> {
    const { tables, clock } = this.deps;
    const ref = refOf(head);
    const table = tables.of(ref.receivedAt);
    const lastAt = Math.max(clock.now(), ...waiting.map(({ nextAt }) => nextAt));
    const rows = [
      toHeadRow(head, lastAt + OVERDUE_AFTER_MS),
      ...waiting.map((each) => toWaitRow(ref, each)),
    ];
    const writes: TransactionAction[] = rows.map((row) => ['upsert', row, 'Merge']);
    const ends = await Promise.all(records.map((record) => this.toRecordRow(record)));
    for (const row of ends) writes.push(['create', row]);
    await this.trying('open a request', async (abortSignal) => {
      for (let from = 0; from < writes.length; from += MAX_ROWS) {
        const some = writes.slice(from, from + MAX_ROWS);
        try {
          await table.submitTransaction(some, { abortSignal });
        } catch (error) {
          if (conditionOf(error) !== 'EntityAlreadyExists') throw error;
          for (const write of some) await writeOne(table, write, abortSignal);
        }
      }
    });
  }

  async addFinished(
    head: RequestHead,
    claim: Claim,
    ended: readonly EndedLookup[],
  ): Promise<boolean> {
    const table = this.deps.tables.of(refOf(head).receivedAt);
    const [only] = ended.length === 1 ? ended : [];
    const row = {
      ...toHeadRow(head),
      ...toClaimColumns(claim, 0),
      isFinished: true,
      lookups: pack([...ended]),
      ...(only && { lookupId: only.lookupId }),
    };
    return this.trying('keep a request', (abortSignal) =>
      unlessKnown(() => table.createEntity(row, { abortSignal })),
    );
  }

  async addRecord(record: EnrichmentRecord): Promise<void> {
    const row = await this.toRecordRow(record);
    const table = this.deps.tables.of(refOf(record).receivedAt);
    await this.trying('note a record', (abortSignal) =>
      unlessKnown(() => table.createEntity(row, { abortSignal })),
    );
  }

  async noteWaiting(ref: RequestRef, waiting: WaitingLookup): Promise<void> {
    const table = this.deps.tables.of(ref.receivedAt);
    await this.trying('note a wait', (abortSignal) =>
      table.upsertEntity(toWaitRow(ref, waiting), 'Merge', { abortSignal }),
    );
  }

  async read(ref: RequestRef): Promise<RequestState | null> {
    const filter = odata`PartitionKey eq ${ref.requestId}`;
    const rows = await this.list(ref, filter, BRIEF);
    if (rows.length === 0) return null;
    const headRow = rows.find(({ rowKey }) => rowKey === HEAD_ROW);
    const { head, claim, finished } = headRow ? readHeadRow(headRow) : UNKNOWN;
    return {
      head,
      claim,
      etag: headRow?.etag ?? null,
      finished,
      ended: rows.filter(({ rowKey }) => rowKey?.startsWith(RECORD_ROWS)).map(readEndedRow),
      waiting: rows.filter(({ rowKey }) => rowKey?.startsWith(WAIT_ROWS)).map(readWaitRow),
    };
  }

  async readRecords(ref: RequestRef, ids: readonly string[]): Promise<readonly EnrichmentRecord[]> {
    const from = RECORD_ROWS;
    const to = 'record}'; // the character after |
    const filter = odata`PartitionKey eq ${ref.requestId} and RowKey ge ${from} and RowKey lt ${to}`;
    const rows = await this.list(ref, filter);
    const wanted = new Set(ids);
    const found = rows.filter(({ rowKey }) => wanted.has(rowKey?.slice(from.length) ?? ''));
    return Promise.all(found.map((row) => this.readRecord(row)));
  }

  async claim(head: RequestHead, claim: Claim, etag: string | null): Promise<string | null> {
    const { tables, clock } = this.deps;
    const table = tables.of(refOf(head).receivedAt);
    const columns = toClaimColumns(claim, clock.now() + OVERDUE_AFTER_MS);
    const row = { ...toHeadRow(head), ...columns };
    return writeRow('claim a generation', () =>
      withTimeLimit(TIMEOUT_MS, (abortSignal) =>
        etag === null
          ? table.createEntity(row, { abortSignal })
          : table.updateEntity(row, 'Merge', { etag, abortSignal }),
      ),
    );
  }

  async overdue(now: number, max: number): Promise<readonly RequestRef[]> {
    const filter = odata`RowKey eq ${HEAD_ROW} and dueAt lt ${BigInt(now)}`;
    const refs: RequestRef[] = [];
    for (let daysAgo = 0; daysAgo <= OPEN_DAYS && refs.length < max; daysAgo++) {
      const place = { requestId: '', receivedAt: now - daysAgo * DAY_MS };
      const rows = await this.list(
        place,
        filter,
        ['PartitionKey', 'receivedAt'],
        max - refs.length,
      );
      for (const row of rows) {
        const { partitionKey: requestId, receivedAt } = placeRow.parse(row);
        refs.push({ requestId, receivedAt });
      }
    }
    return refs;
  }

  async lookAgainAt({ requestId, receivedAt }: RequestRef, at: number): Promise<void> {
    const row = { partitionKey: requestId, rowKey: HEAD_ROW, dueAt: int64(at) };
    await this.trying('put a look off', (abortSignal) =>
      this.deps.tables.of(receivedAt).updateEntity(row, 'Merge', { abortSignal }),
    );
  }

  private async toRecordRow(record: EnrichmentRecord): Promise<TableEntity> {
    const { request, id } = record;
    const bytes = pack(record);
    const row = {
      partitionKey: request.id,
      rowKey: `${RECORD_ROWS}${id}`,
      lookupId: record.lookupId,
      receivedAt: int64(Date.parse(request.receivedAt)),
      ended: JSON.stringify(toEndedLookup(record)),
    };
    if (bytes.byteLength <= MAX_INLINE_BYTES) return { ...row, record: bytes };
    const blob = ledgerBlob(record);
    await this.deps.results.create(blob, Buffer.from(bytes), {
      contentType: 'application/json',
      contentEncoding: 'gzip',
    });
    return { ...row, blob };
  }

  private async readRecord(row: object): Promise<EnrichmentRecord> {
    const { record, blob } = storedRow.parse(row);
    const bytes = record ?? (blob === undefined ? null : await this.deps.results.read(blob));
    if (!bytes) throw new StorageUnavailableError('read a record', 'BlobNotFound');
    return unpack(bytes) as EnrichmentRecord; // written by toRecordRow
  }

  private list({ receivedAt }: RequestRef, filter: string, select?: string[], max?: number) {
    const options = { filter, ...(select && { select }), ...(max !== undefined && { max }) };
    return listRows(this.deps.tables.of(receivedAt), 'read a request', options);
  }

  private async trying<T>(
    operation: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await withTimeLimit(TIMEOUT_MS, work);
    } catch (error) {
      throw storageUnavailable(operation, error);
    }
  }
}

const UNKNOWN = { head: null, claim: null, finished: [] } as const;

const storedRow = z.object({
  record: z.instanceof(Uint8Array).optional(),
  blob: z.string().optional(),
});

async function writeOne(
  table: TableClient,
  write: TransactionAction,
  abortSignal: AbortSignal,
): Promise<void> {
  const row = write[1] as TableEntity; // of every action that is used here
  if (write[0] === 'create') await unlessKnown(() => table.createEntity(row, { abortSignal }));
  else await table.upsertEntity(row, 'Merge', { abortSignal });
}

async function unlessKnown(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (!CONFLICTS.includes(conditionOf(error))) throw error;
    return false;
  }
}
