import type { CalendarState } from './calendar/CalendarState';

/** A calendar as read, with what a later write must match. `state` null: what is in the row cannot be understood. */
export interface StoredCalendar {
  readonly state: CalendarState | null;
  readonly etag: string;
}

/** `serverDate`: the store's clock (Unix ms, whole seconds) when it answered; null if not given. */
export interface ReadReply {
  readonly stored: StoredCalendar | null;
  readonly serverDate: number | null;
}

export type WriteReply = {
  readonly serverDate: number | null;
} & ({ readonly outcome: 'written'; readonly etag: string } | { readonly outcome: 'conflict' });

/** Calendars of one tenant and application, by row, with optimistic concurrency. */
export interface CalendarStore {
  /** Whose calendars they are: tenant and application. */
  readonly partition: string;
  /** @throws {QuotaUnavailableError} no answer. */
  read(row: string): Promise<ReadReply>;
  /**
   * Writes if the row is still as read (`etag`), or does not exist (`null`); else `conflict`.
   * @throws {QuotaUnavailableError} no answer: the write may have happened.
   */
  write(row: string, state: CalendarState, etag: string | null): Promise<WriteReply>;
  /**
   * Writes as `write` does, and with the same stroke keeps what is in the row, readable or not, in row
   * `aside|<row>|<epoch of state>`.
   * @throws {QuotaUnavailableError} no answer: the write may have happened.
   */
  setAside(row: string, state: CalendarState, etag: string): Promise<WriteReply>;
}
