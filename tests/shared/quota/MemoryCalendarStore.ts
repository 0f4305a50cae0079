import type { Clock } from '../../../shared/clock/Clock';
import type { CalendarState } from '../../../shared/quota/calendar/CalendarState';
import {
  decodeCalendar,
  encodeCalendar,
  readCalendar,
  type CalendarEntity,
} from '../../../shared/quota/calendarCodec';
import type { CalendarStore, ReadReply, WriteReply } from '../../../shared/quota/CalendarStore';
import { asideRow } from '../../../shared/quota/TableCalendarStore';
import { QuotaUnavailableError } from '../../../shared/quota/QuotaUnavailableError';

/** What befalls one request: the milliseconds before and after the store acts, and whether it or its answer is lost. */
export interface Fate {
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly lost?: 'request' | 'answer';
}

/** Calendars in memory, encoded as they would be in the Table, with its clock and its weather. */
export class MemoryCalendarStore implements CalendarStore {
  readonly partition = 'tenant|app';
  readonly rows = new Map<string, { readonly entity: CalendarEntity; readonly etag: string }>();
  reads = 0;
  writes = 0;
  conflicts = 0;
  private version = 0;

  constructor(
    /** The server's clock. */
    private readonly clock: Clock,
    private readonly nextFate: () => Fate = () => ({ beforeMs: 0, afterMs: 0 }),
  ) {}

  async read(row: string): Promise<ReadReply> {
    this.reads += 1;
    return this.meet(() => {
      const kept = this.rows.get(row);
      return {
        stored: kept ? { state: readCalendar(kept.entity), etag: kept.etag } : null,
        serverDate: this.date(),
      };
    });
  }

  async write(row: string, state: CalendarState, etag: string | null): Promise<WriteReply> {
    this.writes += 1;
    return this.meet(() => {
      if ((this.rows.get(row)?.etag ?? null) !== etag) {
        this.conflicts += 1;
        return { outcome: 'conflict', serverDate: this.date() };
      }
      return this.put(row, encodeCalendar(state));
    });
  }

  async setAside(row: string, state: CalendarState, etag: string): Promise<WriteReply> {
    this.writes += 1;
    return this.meet(() => {
      const kept = this.rows.get(row);
      if (kept?.etag !== etag) return { outcome: 'conflict', serverDate: this.date() };
      this.put(asideRow(row, state), kept.entity);
      return this.put(row, encodeCalendar(state));
    });
  }

  /** Somebody puts this there by hand. */
  put(row: string, entity: CalendarEntity) {
    const etag = `v${(this.version += 1)}`;
    this.rows.set(row, { entity, etag });
    return { outcome: 'written', etag, serverDate: this.date() } as const;
  }

  /** The row as it is now. */
  peek(row: string): CalendarState | null {
    const kept = this.rows.get(row);
    return kept ? decodeCalendar(kept.entity) : null;
  }

  private async meet<T>(act: () => T): Promise<T> {
    const { beforeMs, afterMs, lost } = this.nextFate();
    await this.clock.sleep(beforeMs);
    const reply = lost === 'request' ? null : act();
    await this.clock.sleep(afterMs);
    if (reply === null || lost === 'answer')
      throw new QuotaUnavailableError('The store did not answer.');
    return reply;
  }

  private date(): number {
    return Math.floor(this.clock.now() / 1_000) * 1_000;
  }
}
