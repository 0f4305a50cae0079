import type {
  GetTableEntityOptions,
  TableClient,
  TableEntity,
  TransactionAction,
} from '@azure/data-tables';
import { conditionOf, statusOf } from '../storage/storageErrors';
import { int64 } from '../storage/tableRows';
import type { CalendarState } from './calendar/CalendarState';
import { WRITE_TIMEOUT_MS } from './calendar/CalendarConfig';
import { encodeCalendar, readCalendar } from './calendarCodec';
import type { CalendarStore, ReadReply, WriteReply } from './CalendarStore';
import { QuotaUnavailableError } from './QuotaUnavailableError';

const TIMEOUTS = { readMs: 3_000, writeMs: WRITE_TIMEOUT_MS } as const;

/**
 * Calendars in table `quota`. The client must be made with `retryOptions: { maxRetries: 0 }`: a repeated write would
 * hide from the keeper that the first one may have happened.
 */
export class TableCalendarStore implements CalendarStore {
  constructor(
    private readonly table: TableClient,
    /** `tenantId|appId`: whose allowance it is. */
    readonly partition: string,
    /** @default 3 s; for writes 1 s, on which the calendars' freeze relies */
    private readonly timeouts: { readonly readMs: number; readonly writeMs: number } = TIMEOUTS,
  ) {}

  async read(row: string): Promise<ReadReply> {
    const seen: SeenDate = { serverDate: null };
    try {
      const entity = await this.table.getEntity(this.partition, row, {
        abortSignal: AbortSignal.timeout(this.timeouts.readMs),
        onResponse: noteDate(seen),
      });
      const { etag } = entity;
      return { stored: { state: readCalendar(entity), etag }, serverDate: seen.serverDate };
    } catch (error) {
      if (statusOf(error) === 404) return { stored: null, serverDate: seen.serverDate };
      throw unavailable(`Cannot read calendar ${row}`, error);
    }
  }

  write(row: string, state: CalendarState, etag: string | null): Promise<WriteReply> {
    const entity = this.toEntity(row, state);
    return this.writing(row, etag, async (options) => {
      const { etag: written } =
        etag === null
          ? await this.table.createEntity(entity, options)
          : await this.table.updateEntity(entity, 'Replace', { ...options, etag });
      return written;
    });
  }

  setAside(row: string, state: CalendarState, etag: string): Promise<WriteReply> {
    return this.writing(row, etag, async (options) => {
      const { timestamp: _, ...found } = await this.table.getEntity(this.partition, row, options);
      const copy = { ...found, partitionKey: this.partition, rowKey: asideRow(row, state) };
      const actions: TransactionAction[] = [
        ['create', copy],
        ['update', this.toEntity(row, state), 'Replace', { etag }],
      ];
      const { subResponses } = await this.table.submitTransaction(actions, options);
      return subResponses[1]?.etag;
    });
  }

  private async writing(
    row: string,
    etag: string | null,
    act: (options: RequestOptions) => Promise<string | undefined>,
  ): Promise<WriteReply> {
    const seen: SeenDate = { serverDate: null };
    try {
      const written = await act({
        abortSignal: AbortSignal.timeout(this.timeouts.writeMs),
        onResponse: noteDate(seen),
      });
      if (written === undefined) throw new Error('The store answered without an ETag.');
      return { outcome: 'written', etag: written, serverDate: seen.serverDate };
    } catch (error) {
      const status = statusOf(error);
      // 404: the row was deleted since it was read.
      if (status === 409 || status === 412 || (status === 404 && etag !== null))
        return { outcome: 'conflict', serverDate: seen.serverDate };
      throw unavailable(`Cannot write calendar ${row}`, error);
    }
  }

  private toEntity(row: string, state: CalendarState): TableEntity {
    const { asOf, cool, last429, voided, ...rest } = encodeCalendar(state);
    return {
      partitionKey: this.partition,
      rowKey: row,
      ...rest,
      asOf: int64(asOf),
      cool: int64(cool),
      last429: int64(last429),
      voided: int64(voided),
    };
  }
}

type RequestOptions = Required<Pick<GetTableEntityOptions, 'abortSignal' | 'onResponse'>>;

export const asideRow = (row: string, { epoch }: CalendarState): string => `aside|${row}|${epoch}`;

interface SeenDate {
  serverDate: number | null;
}

const noteDate =
  (seen: SeenDate) =>
  (response: { headers: { get(name: string): string | undefined } }): void => {
    const date = Date.parse(response.headers.get('date') ?? '');
    seen.serverDate = Number.isNaN(date) ? null : date;
  };

/** The SDK's errors carry the request with its headers; only the condition is passed on. */
function unavailable(what: string, error: unknown): QuotaUnavailableError {
  return new QuotaUnavailableError(`${what}: ${conditionOf(error)}`);
}
