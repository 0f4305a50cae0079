import {
  calendarConfig,
  type CalendarConfig,
  DEFAULT_TIMING,
} from '../../../../shared/quota/calendar/CalendarConfig';
import { newCalendar, type CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import type { BulkFlow, TicketRequest } from '../../../../shared/quota/Quota';

/** 2026-11-21T08:00:00Z. */
export const START = Date.UTC(2026, 10, 21, 8);

/** Defender's limits and the app's defaults. */
export const DEFAULTS: CalendarConfig = calendarConfig({
  perMinute: 100,
  perHour: 1500,
  scope: 'endpoint',
  bulkPerTenMinutes: 275,
  interactive: {
    reservePerHour: 15,
    reservePerMinute: 10,
    maxPerHour: 300,
    maxPerMinute: 30,
    maxWaitMs: 10_000,
  },
});

/** The queue's calls only: no reserve, not spread. */
export const BULK_ONLY: CalendarConfig = {
  ...DEFAULTS,
  ...DEFAULT_TIMING,
  reservePerHour: 0,
  reservePerMinute: 0,
  bulkPerTenMinutes: 0,
};

export const calendarOf = (config: CalendarConfig = DEFAULTS): CalendarState =>
  newCalendar('epoch', config, { now: START, configuredAt: START });

export const bulk = (flow: BulkFlow = 'normal'): TicketRequest => ({
  lane: 'bulk',
  endpoint: 'machine',
  flow,
  expiresAt: START + 30 * 86_400_000,
  admission: 'always',
});

export const interactive = (maxWaitMs = 10_000): TicketRequest => ({
  lane: 'interactive',
  endpoint: 'machine',
  maxWaitMs,
});

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
