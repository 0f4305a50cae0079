import type { CalendarState } from '../../shared/quota/calendar/CalendarState';
import type { CalendarStore, ReadReply, WriteReply } from '../../shared/quota/CalendarStore';
import {
  encodeCalendar,
  readCalendar,
  type CalendarEntity,
} from '../../shared/quota/calendarCodec';
import { QuotaUnavailableError } from '../../shared/quota/QuotaUnavailableError';
import type { Instance } from './Instance';
import { TableFailure, type SimulatedTable } from './SimulatedTable';

const CUT_OFF_MS = 1_000;

/** One process's way to the calendars in the simulated Table, where they lie as the real one keeps them. */
export class SimulatedCalendarStore implements CalendarStore {
  readonly partition = 'tenant|app';
  /** What lies in the Table does not change, so it is decoded once, however many read it. */
  private static readonly decoded = new WeakMap<CalendarEntity, CalendarState | null>();

  constructor(
    private readonly table: SimulatedTable<CalendarEntity>,
    private readonly instance: Instance,
  ) {}

  async read(row: string): Promise<ReadReply> {
    const { result, serverDate } = await this.ask(() => this.table.read(row));
    const stored = result && { state: this.decode(result.value), etag: result.etag };
    return { stored, serverDate };
  }

  async write(row: string, state: CalendarState, etag: string | null): Promise<WriteReply> {
    const { result, serverDate } = await this.ask(() =>
      this.table.write(row, encodeCalendar(state), etag),
    );
    return result === null
      ? { outcome: 'conflict', serverDate }
      : { outcome: 'written', etag: result, serverDate };
  }

  /** What was set aside is never read. */
  setAside(row: string, state: CalendarState, etag: string): Promise<WriteReply> {
    return this.write(row, state, etag);
  }

  private decode(entity: CalendarEntity): CalendarState | null {
    const { decoded } = SimulatedCalendarStore;
    const known = decoded.get(entity);
    const state = known === undefined ? readCalendar(entity) : known;
    decoded.set(entity, state);
    return state;
  }

  private async ask<T>(request: () => Promise<T>): Promise<T> {
    const { instance } = this;
    if (instance.isCutOff) {
      await instance.clock.sleep(CUT_OFF_MS);
      throw new QuotaUnavailableError('This process is cut off.');
    }
    try {
      return await instance.outside(request());
    } catch (error) {
      if (!(error instanceof TableFailure)) throw error;
      throw new QuotaUnavailableError(error.message);
    }
  }
}
