import fc from 'fast-check';
import { issue } from '../../../../shared/quota/calendar/issue';
import { commit } from '../../../../shared/quota/calendar/commit';
import { Plan } from '../../../../shared/quota/calendar/Plan';
import type { CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import { BULK_FLOWS, type BulkFlow, type TicketRequest } from '../../../../shared/quota/Quota';
import { BULK_ONLY } from '../../../../local/simulation/calendarConfigs';
import { bulk, calendarOf, START, times } from './fixtures';
import { propertyRuns } from './history';

const WEIGHTS = { retry: 8, http: 8, high: 8, normal: 4, low: 1, inventory: 1 } as const;

const FLOW_PAIRS = BULK_FLOWS.flatMap((one) =>
  BULK_FLOWS.filter((other) => other !== one).map((other) => ({ one, other })),
);
/** Limits at which a few hundred tickets take hours. */
const config = { ...BULK_ONLY, perMinute: 10, perHour: 60 };

const queue = (
  state: CalendarState,
  requests: readonly TicketRequest[],
  now: number,
): CalendarState => issue(state, requests, { now, deniedAfterMs: 0 }).state;

/** Which tickets are served next, in order: the first 1, 2, … `most`. */
function firstServed(state: CalendarState, most: number): readonly (readonly string[])[] {
  const served = new Plan(state).dueBy(Infinity).map(({ flow }) => flow);
  return times(most, (index) => served.slice(0, index + 1));
}

const share = (served: readonly string[], of: BulkFlow): number =>
  served.filter((line) => line === of).length;

describe('The flows of a calendar', () => {
  it.each(FLOW_PAIRS)(
    'are served by their weights, to two tickets, while they have any: $one and $other',
    ({ one, other }) => {
      const state = queue(
        calendarOf(config),
        [...times(50, () => bulk(one)), ...times(50, () => bulk(other))],
        START,
      );

      for (const served of firstServed(state, 30)) {
        const fair = (served.length * WEIGHTS[one]) / (WEIGHTS[one] + WEIGHTS[other]);
        expect(Math.abs(share(served, one) - fair)).toBeLessThanOrEqual(2);
      }
    },
  );

  it.each<readonly [BulkFlow, BulkFlow]>([
    ['http', 'high'],
    ['retry', 'high'],
    ['low', 'inventory'],
  ])('of the same weight are served equally, to one ticket: %s and %s', (one, other) => {
    const alone = queue(
      calendarOf(config),
      times(100, () => bulk(one)),
      START,
    );
    for (let ahead = 0; ahead <= 60; ahead += 1) {
      // One ticket takes 60 s of the hour.
      const now = START + ahead * 60_000;
      const both = queue(
        alone,
        times(40, () => bulk(other)),
        now,
      );

      for (const served of firstServed(both, 40))
        expect(Math.abs(share(served, one) - share(served, other))).toBeLessThanOrEqual(1);
    }
  });

  it('gain nothing from having been idle', () => {
    const property = fc.property(
      fc.constantFrom(...FLOW_PAIRS),
      fc.integer({ min: 0, max: 20 * 60_000 }),
      ({ one: busy, other: idle }, afterMs) => {
        const now = START + afterMs;
        const working = queue(
          calendarOf(config),
          times(100, () => bulk(busy)),
          START,
        );
        const joined = queue(
          commit(working, now),
          times(40, () => bulk(idle)),
          now,
        );

        const excess = firstServed(joined, 30).map((served) => {
          const fair = (served.length * WEIGHTS[idle]) / (WEIGHTS[busy] + WEIGHTS[idle]);
          return share(served, idle) - fair;
        });

        expect(Math.max(...excess)).toBeLessThanOrEqual(2);
      },
    );
    // Each case looks at 30 counts.
    fc.assert(property, { numRuns: propertyRuns / 5 });
  });
});
