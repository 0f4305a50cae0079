import fc from 'fast-check';
import { issue } from '../../../../shared/quota/calendar/issue';
import { commit } from '../../../../shared/quota/calendar/commit';
import { Plan } from '../../../../shared/quota/calendar/Plan';
import type { CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import type { BulkFlow, TicketRequest } from '../../../../shared/quota/Quota';
import { BULK_ONLY } from '../../../../local/simulation/calendarConfigs';
import { bulk, calendarOf, START, times } from './fixtures';
import { propertyRuns } from './history';

const WEIGHTS = { retry: 8, http: 8, high: 8, normal: 4, low: 1, inventory: 1 } as const;

const flow = fc.constantFrom<BulkFlow[]>('retry', 'http', 'high', 'normal', 'low', 'inventory');
/** Limits at which a few hundred tickets take hours. */
const config = { ...BULK_ONLY, perMinute: 10, perHour: 60 };

const queue = (
  state: CalendarState,
  requests: readonly TicketRequest[],
  now: number,
): CalendarState => issue(state, requests, { now, deniedAfterMs: 0 }).state;

/** The order in which the next tickets are served. */
const nextServed = (state: CalendarState, count: number): readonly string[] =>
  new Plan(state)
    .dueBy(Infinity)
    .slice(0, count)
    .map(({ flow }) => flow);

const share = (served: readonly string[], of: BulkFlow): number =>
  served.filter((line) => line === of).length;

describe('The flows of a calendar', () => {
  it('are served by their weights, to two tickets, while they have any', () => {
    const property = fc.property(
      flow,
      flow,
      fc.integer({ min: 1, max: 30 }),
      (one, other, count) => {
        fc.pre(one !== other);
        const state = queue(
          calendarOf(config),
          [...times(50, () => bulk(one)), ...times(50, () => bulk(other))],
          START,
        );

        const served = nextServed(state, count);

        const fair = (count * WEIGHTS[one]) / (WEIGHTS[one] + WEIGHTS[other]);
        expect(Math.abs(share(served, one) - fair)).toBeLessThanOrEqual(2);
      },
    );
    fc.assert(property, { numRuns: propertyRuns });
  });

  it('of the same weight are served equally, to one ticket', () => {
    const property = fc.property(
      fc.constantFrom<(readonly [BulkFlow, BulkFlow])[]>(
        ['http', 'high'],
        ['retry', 'high'],
        ['low', 'inventory'],
      ),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 40 }),
      ([one, other], ahead, count) => {
        // One ticket takes 60 s of the hour.
        const now = START + ahead * 60_000;
        const alone = queue(
          calendarOf(config),
          times(100, () => bulk(one)),
          START,
        );
        const both = queue(
          alone,
          times(40, () => bulk(other)),
          now,
        );

        const served = nextServed(both, count);

        expect(Math.abs(share(served, one) - share(served, other))).toBeLessThanOrEqual(1);
      },
    );
    fc.assert(property, { numRuns: propertyRuns });
  });

  it('gain nothing from having been idle', () => {
    const property = fc.property(
      flow,
      flow,
      fc.integer({ min: 0, max: 20 * 60_000 }),
      fc.integer({ min: 1, max: 30 }),
      (busy, idle, afterMs, count) => {
        fc.pre(busy !== idle);
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

        const served = nextServed(joined, count);

        const fair = (count * WEIGHTS[idle]) / (WEIGHTS[busy] + WEIGHTS[idle]);
        expect(share(served, idle)).toBeLessThanOrEqual(fair + 2);
      },
    );
    fc.assert(property, { numRuns: propertyRuns });
  });
});
