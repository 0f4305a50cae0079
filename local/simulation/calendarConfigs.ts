import {
  calendarConfig,
  type CalendarConfig,
  DEFAULT_TIMING,
} from '../../shared/quota/calendar/CalendarConfig';

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
