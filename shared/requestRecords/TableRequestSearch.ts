import { odata } from '@azure/data-tables';
import type { Clock } from '../clock/Clock';
import { DAY_MS } from '../clock/durations';
import type { DayTables } from '../storage/DayTables';
import { RETENTION_MS } from '../storage/retention';
import { HEAD_ROW, MAX_EVENT_ID_CHARACTERS, NEVER, placeRow, readHeadRow } from './ledgerRows';
import type { CancelledBy } from '../lookups/Cancellations';
import { listRows } from './listRows';
import type { RequestQuery, RequestSearch } from './RequestSearch';
import type { RequestRef } from './RequestState';

export interface TableRequestSearchDeps {
  readonly tables: DayTables;
  readonly clock: Pick<Clock, 'now'>;
}

const KEPT_DAYS = Math.ceil(RETENTION_MS.requestRows / DAY_MS);
/** As long as a lookup lives, and its second look. */
const OPEN_DAYS = 3;
const SEARCH_TIMEOUT_MS = 30_000;
const PLACE = ['PartitionKey', 'receivedAt'];

/**
 * Finds requests in the tables of all days at once. A request that was over with its first delivery wrote one row, no index
 * beside it: what is not a key is looked for row by row, which is for operators, not for traffic.
 */
export class TableRequestSearch implements RequestSearch {
  constructor(private readonly deps: TableRequestSearchDeps) {}

  async find(query: RequestQuery, max: number): Promise<readonly RequestRef[]> {
    const rows = await this.onDays(KEPT_DAYS, (day) => this.list(day, filterOf(query), PLACE));
    const refs = rows.map(toRef);
    const isElsewhere = refs.length === 0 && 'lookup' in query;
    const found = isElsewhere ? await this.amongFinished(query.lookup) : refs;
    const byId = new Map(found.map((ref) => [`${ref.requestId} ${ref.receivedAt}`, ref]));
    return [...byId.values()].toSorted((a, b) => b.receivedAt - a.receivedAt).slice(0, max);
  }

  async findOpen(by: CancelledBy): Promise<readonly RequestRef[]> {
    const filter = openFilterOf(by);
    const rows = await this.onDays(OPEN_DAYS, (day) => this.list(day, filter, PLACE));
    return rows.map(toRef);
  }

  /** All days at once. */
  private async onDays<T>(
    count: number,
    list: (day: number) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const now = this.deps.clock.now();
    const days = Array.from({ length: count + 1 }, (_, ago) => now - ago * DAY_MS);
    return (await Promise.all(days.map(list))).flat();
  }

  /**
   * Of several lookups that were over at once only the one row knows, and every such row has to be fetched for it: only
   * for what no property names on any day.
   */
  private async amongFinished(lookupId: string): Promise<readonly RequestRef[]> {
    const filter = odata`RowKey eq ${HEAD_ROW} and isFinished eq ${true} and of gt ${1}`;
    const columns = [...PLACE, 'lookups'];
    const rows = await this.onDays(KEPT_DAYS, (day) => this.list(day, filter, columns));
    const names = (row: object) => readHeadRow(row).finished.map((each) => each.lookupId);
    return rows.filter((row) => names(row).includes(lookupId)).map(toRef);
  }

  private list(day: number, filter: string, select: string[]) {
    return listRows(this.deps.tables.of(day), 'look for a request', {
      filter,
      select,
      timeoutMs: SEARCH_TIMEOUT_MS,
    });
  }
}

function toRef(row: object): RequestRef {
  const { partitionKey, receivedAt } = placeRow.parse(row);
  return { requestId: partitionKey, receivedAt };
}

function openFilterOf(by: CancelledBy): string {
  if ('request' in by) return filterOf(by);
  const open = odata`RowKey eq ${HEAD_ROW} and dueAt lt ${BigInt(NEVER)}`;
  return 'source' in by
    ? `${open} and ${odata`source eq ${by.source}`}`
    : `${open} and ${odata`receivedAt lt ${BigInt(by.before)}`}`;
}

function filterOf(query: RequestQuery): string {
  if ('request' in query) return odata`PartitionKey eq ${query.request} and RowKey eq ${HEAD_ROW}`;
  if ('lookup' in query) return odata`lookupId eq ${query.lookup}`;
  const eventId = query.event.slice(0, MAX_EVENT_ID_CHARACTERS);
  return odata`RowKey eq ${HEAD_ROW} and eventId eq ${eventId}`;
}
