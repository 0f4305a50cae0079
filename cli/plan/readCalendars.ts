import type { Random } from '../../shared/clock/Clock';
import { ENDPOINT_IDS } from '../../shared/defender/endpointIds';
import type { CalendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import { newCalendar, type CalendarState } from '../../shared/quota/calendar/CalendarState';
import { newEpoch } from '../../shared/quota/calendar/epoch';
import { replacement } from '../../shared/quota/calendar/origin';
import { rowOf } from '../../shared/quota/calendarRows';
import type { CalendarStore } from '../../shared/quota/CalendarStore';

export interface ReadCalendarsOptions {
  /** Null: as if nothing had been asked yet. */
  readonly store: Pick<CalendarStore, 'read'> | null;
  /** For calendars that are not there yet. */
  readonly config: CalendarConfig;
  readonly random: Random;
  /** Unix ms. */
  readonly now: () => number;
}

/** All calendars by row, as an app that came to them now would have them. @throws {QuotaUnavailableError} */
export async function readCalendars({
  store,
  config,
  random,
  now,
}: ReadCalendarsOptions): Promise<ReadonlyMap<string, CalendarState>> {
  const rows = [...new Set(ENDPOINT_IDS.map((endpoint) => rowOf(config.scope, endpoint)))];
  const read = rows.map(async (row): Promise<readonly [string, CalendarState]> => {
    const stored = (await store?.read(row))?.stored ?? null;
    if (stored?.state) return [row, stored.state];
    const birth = { epoch: newEpoch(row, random), now: now(), configuredAt: now() };
    const made = stored ? replacement(config, birth) : newCalendar(birth.epoch, config, birth);
    return [row, made];
  });
  return new Map(await Promise.all(read));
}
