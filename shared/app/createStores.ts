import { TableActivityStore } from '../activity/TableActivityStore';
import { TableAgentRowStore } from '../callers/TableAgentRowStore';
import { TableBatchStore } from '../batches/TableBatchStore';
import { BlobAnswerCache } from '../cache/BlobAnswerCache';
import { CountingCache } from '../cache/CountingCache';
import { TableCallLeaseStore } from '../calls/TableCallLeaseStore';
import { DAY_MS } from '../clock/durations';
import { TableCalendarStore } from '../quota/TableCalendarStore';
import type { FitRecordOptions } from '../records/fitRecord';
import { TableCancellationStore } from '../requestRecords/TableCancellationStore';
import { TableRequestSearch } from '../requestRecords/TableRequestSearch';
import { TableRequestLedger } from '../requestRecords/TableRequestLedger';
import { TableRequestStore } from '../requests/TableRequestStore';
import type { BlobStore } from '../storage/BlobStore';
import { createStateStorage, type StateStorage } from '../storage/createStateStorage';
import type { Foundation } from './Foundation';

export interface Stores {
  readonly storage: StateStorage;
  /** Container `results`. */
  readonly results: BlobStore;
  readonly calendars: TableCalendarStore;
  /** What agents took, beside the calendars. */
  readonly agentRows: TableAgentRowStore;
  readonly callLeases: TableCallLeaseStore;
  readonly batches: TableBatchStore;
  readonly activity: TableActivityStore;
  readonly answers: CountingCache;
  readonly requests: TableRequestStore;
  readonly requestLedger: TableRequestLedger;
  readonly requestSearch: TableRequestSearch;
  readonly cancellations: TableCancellationStore;
  /** Where whole records of shortened ones are, among others. */
  readonly fit: FitRecordOptions;
}

/** What the app remembers, by what it is for. */
export function createStores(foundation: Foundation): Stores {
  const { config, clock, random, logger } = foundation;
  const { tenantId, auth } = config.defender;
  const storage = createStateStorage(foundation);
  const results = storage.blobs('results');
  const quotaTable = storage.table('quota', { maxRetries: 0 });
  const allowance = `${tenantId}|${auth.clientId ?? auth.mode}`;
  const requestTables = storage.dayTables('requests');
  return {
    storage,
    results,
    calendars: new TableCalendarStore(quotaTable, allowance),
    agentRows: new TableAgentRowStore(quotaTable, allowance),
    callLeases: new TableCallLeaseStore(storage.table('claims'), tenantId),
    batches: new TableBatchStore(storage.table('batches'), tenantId),
    activity: new TableActivityStore(
      storage.table('activity', { maxRetries: 0 }),
      tenantId,
      Math.floor(random.next() * 2 ** 48).toString(36),
    ),
    answers: new CountingCache(
      new BlobAnswerCache({ container: storage.container('answers'), tenantId, logger }),
    ),
    requests: new TableRequestStore({ tables: requestTables, results, clock }),
    requestSearch: new TableRequestSearch({ tables: requestTables, clock }),
    cancellations: new TableCancellationStore(requestTables, clock),
    requestLedger: new TableRequestLedger({ tables: requestTables, results, clock }),
    fit: {
      results,
      publicBaseUrl: config.publicBaseUrl,
      keepMs: config.output.resultKeepDays * DAY_MS,
    },
  };
}
