import type { CalendarConfig } from '../../../../shared/quota/calendar/CalendarConfig';
import { DEFAULTS } from '../../../../local/simulation/calendarConfigs';
import { newCalendar, type CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import type { BulkFlow, TicketRequest } from '../../../../shared/quota/Quota';

/** 2026-11-21T08:00:00Z. */
export const START = Date.UTC(2026, 10, 21, 8);

export const calendarOf = (config: CalendarConfig = DEFAULTS): CalendarState =>
  newCalendar('epoch', config, { now: START, configuredAt: START });

export const bulk = (flow: BulkFlow = 'normal'): TicketRequest => ({
  lane: 'bulk',
  endpoint: 'machine',
  flow,
  expiresAt: START + 30 * 86_400_000,
  admission: 'always',
});

export const interactive = (maxWaitMs: number | null = 10_000): TicketRequest => ({
  lane: 'interactive',
  endpoint: 'machine',
  maxWaitMs,
});

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
