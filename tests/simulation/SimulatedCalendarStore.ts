import type { CalendarState } from '../../shared/quota/calendar/CalendarState';
import type { CalendarStore, ReadReply, WriteReply } from '../../shared/quota/CalendarStore';
import { QuotaUnavailableError } from '../../shared/quota/QuotaUnavailableError';
import type { Instance } from './Instance';
import { TableFailure, type SimulatedTable } from './SimulatedTable';

/** One process's way to the calendars in the simulated Table. */
export class SimulatedCalendarStore implements CalendarStore {
  constructor(
    private readonly table: SimulatedTable<CalendarState>,
    private readonly instance: Instance,
  ) {}

  async read(row: string): Promise<ReadReply> {
    const { result, serverDate } = await this.ask(this.table.read(row));
    return { stored: result && { state: result.value, etag: result.etag }, serverDate };
  }

  async write(row: string, state: CalendarState, etag: string | null): Promise<WriteReply> {
    const { result, serverDate } = await this.ask(this.table.write(row, state, etag));
    return result === null
      ? { outcome: 'conflict', serverDate }
      : { outcome: 'written', etag: result, serverDate };
  }

  private async ask<T>(request: Promise<T>): Promise<T> {
    try {
      return await this.instance.outside(request);
    } catch (error) {
      if (!(error instanceof TableFailure)) throw error;
      throw new QuotaUnavailableError(error.message);
    }
  }
}
