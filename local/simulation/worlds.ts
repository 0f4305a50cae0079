import { StoreClock } from '../../shared/clock/StoreClock';
import { HOUR_MS, MINUTE_MS } from '../../shared/clock/durations';
import type { CalendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import type { CalendarEntity } from '../../shared/quota/calendarCodec';
import type { CalendarStore } from '../../shared/quota/CalendarStore';
import type { Ticket } from '../../shared/quota/Quota';
import { QuotaKeeper } from '../../shared/quota/QuotaKeeper';
import { CalendarPacer } from './CalendarPacer';
import type { MakePacer, WorldOptions } from './runWorld';
import { SimulatedCalendarStore } from './SimulatedCalendarStore';
import { FAIR_WEATHER } from './SimulatedTable';

/** Ten thousand lookups within a minute, on an ordinary day, at the strictest Defender. */
export const BURST: WorldOptions = {
  seed: 1,
  instances: 16,
  lookups: 10_000,
  arriveWithinMs: MINUTE_MS,
  defender: { perMinute: 100, perHour: 1_500, enforcer: 'sliding', countRejected: true },
  table: () => FAIR_WEATHER,
  late: 0.01,
  skewMs: 2_000,
  clockStepMs: 0,
  cutOffMs: 0,
  callJitterMs: 500,
  crashPerAwait: 0,
  crashEveryMs: 0,
  interactivePerMinute: 0,
  stopAfterMs: 30 * HOUR_MS,
};

/** What users are among a backlog. */
export const USERS: Partial<WorldOptions> = { interactivePerMinute: 2 };

/** A quota that a few lookups exhaust, and what the calendar makes of it. */
export function smallQuota(perMinute: number, perHour: number) {
  const config: Partial<CalendarConfig> = {
    perMinute,
    perHour,
    reservePerMinute: 1,
    reservePerHour: 2,
    interactivePerMinute: 2,
    interactivePerHour: 5,
  };
  return { config, rules: { perMinute, perHour } };
}

/** What a manual edit, or a rollback, may do to a row. */
export const MEDDLINGS = {
  deleted: () => null,
  garbled: (row: CalendarEntity) => ({ ...row, flows: '{' }),
  later: (row: CalendarEntity) => ({ ...row, v: 2, rec: Uint8Array.of(...row.rec, 99, 1, 0) }),
} as const;

/** The same with every row meddled with, once, `afterMs` after the start. */
export function meddled(
  makePacer: MakePacer<CalendarEntity, Ticket>,
  meddling: keyof typeof MEDDLINGS,
  afterMs: number,
): MakePacer<CalendarEntity, Ticket> {
  let isPlanned = false;
  return (context) => {
    const { time, table } = context;
    if (!isPlanned)
      time.at(time.now() + afterMs, () => {
        table.meddle(MEDDLINGS[meddling]);
      });
    isPlanned = true;
    return makePacer(context);
  };
}

/** The calendar, as the app runs it. */
export const calendarPacer =
  (
    config: CalendarConfig,
    through: (store: CalendarStore) => CalendarStore = (store) => store,
  ): MakePacer<CalendarEntity, Ticket> =>
  ({ table, instance, random }) => {
    const clock = new StoreClock(instance.clock);
    const store = through(new SimulatedCalendarStore(table, instance));
    const keeper = new QuotaKeeper({
      store,
      clock,
      random,
      config,
      deniedAfterMs: 4 * HOUR_MS,
    });
    return new CalendarPacer({ keeper, clock, random });
  };
