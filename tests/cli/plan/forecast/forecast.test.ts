import { forecast } from '../../../../cli/plan/forecast/forecast';
import type { Forecast } from '../../../../cli/plan/forecast/ForecastResult';
import { planCalls, type Assumption } from '../../../../cli/plan/load/planCalls';
import type { WaitingLookup } from '../../../../cli/plan/load/PlannedLookup';
import { HOUR_MS, MINUTE_MS } from '../../../../shared/clock/durations';
import type { EndpointId } from '../../../../shared/defender/endpointIds';
import type { IndicatorKind } from '../../../../shared/indicators/Indicator';
import type { CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import { issue } from '../../../../shared/quota/calendar/issue';
import type { BulkFlow } from '../../../../shared/quota/Quota';
import { aLookup, CACHE_TTL_MS } from '../../../shared/lookups/aLookup';
import { bulk, calendarOf, START, times } from '../../../shared/quota/calendar/fixtures';

const OPTIONS = { now: START, deniedAfterMs: HOUR_MS };
/** From the slot of a call to its answer. */
const ANSWER_MS = 400;

const waiting = (
  kind: IndicatorKind,
  value: string,
  changes: Partial<WaitingLookup> & { readonly priority?: 'high' | 'low' } = {},
): WaitingLookup => {
  const { priority = 'normal', ...rest } = changes;
  return {
    lookup: aLookup(kind, value, { priority, expiresAt: START + 24 * HOUR_MS }),
    progress: [],
    isNew: true,
    asksAt: START,
    ticket: null,
    batch: null,
    ...rest,
  };
};

const address = (index: number) => `10.1.${index >> 8}.${index & 255}`;
const addresses = (count: number, priority?: 'high' | 'low') =>
  times(count, (index) => waiting('ip', address(index), priority ? { priority } : {}));

interface Around {
  readonly calendars?: Partial<Record<EndpointId, CalendarState>>;
  readonly assume?: Assumption;
  readonly ipAlerts?: boolean;
  readonly batchMaxQuestions?: number;
}

function forecastOf(load: readonly WaitingLookup[], around: Around = {}): Forecast {
  const { assume = 'found', ipAlerts = false, batchMaxQuestions = 30 } = around;
  const calendars: Partial<Record<EndpointId, CalendarState>> = { ...around.calendars };
  const settings = { internalIpRanges: [], ipAlerts, ipLastKnown: true };
  return forecast(planCalls(load, { assume, settings, cacheTtlMs: CACHE_TTL_MS, now: START }), {
    ...OPTIONS,
    batchMaxQuestions,
    calendarOf: (endpoint) => (calendars[endpoint] ??= calendarOf()),
  });
}

/** A calendar in which so many tickets wait. */
const waitedFor = (count: number, flow: BulkFlow = 'normal') =>
  issue(
    calendarOf(),
    times(count, () => bulk(flow)),
    OPTIONS,
  );

const slotsOf = ({ answers }: ReturnType<typeof waitedFor>) =>
  answers.flatMap((answer) => ('slotAt' in answer ? [answer.slotAt] : []));
const callsOf = ({ endpoints }: Forecast) =>
  Object.fromEntries([...endpoints].map(([endpoint, { calls }]) => [endpoint, calls]));

describe('forecast()', () => {
  it("answers lookups of one call at the slots of the app's own planner", () => {
    const { ends } = forecastOf(addresses(700));

    expect(ends.map(({ at }) => at - ANSWER_MS)).toEqual(slotsOf(waitedFor(700)));
  });

  it('lets the tickets that wait in the calendar go first', () => {
    const { state } = waitedFor(200);

    const { ends } = forecastOf(addresses(10), { calendars: { findByIp: state } });

    expect(ends.map(({ at }) => at - ANSWER_MS)).toEqual(slotsOf(waitedFor(210)).slice(200));
  });

  it('serves flows by their weights', () => {
    const { ends } = forecastOf([...addresses(300, 'low'), ...addresses(600, 'high').slice(300)]);
    const last = (from: number, to: number) =>
      Math.max(...ends.slice(from, to).map(({ at }) => at));

    expect(last(300, 600)).toBeLessThan(last(0, 300));
  });

  it('takes a later call at the end of the one before, ahead of new lookups', () => {
    const together = forecastOf(addresses(400), { ipAlerts: true });
    const alone = forecastOf(addresses(400));
    const last = ({ ends }: Forecast) => Math.max(...ends.map(({ at }) => at));

    expect(callsOf(together)).toEqual({ findByIp: 400, ipAlerts: 400 });
    expect(last(together) - last(alone)).toBeLessThan(2_000);
  });

  it('refuses new lookups whose slot lies too late in their age, as the calendar does', () => {
    const load = addresses(400).map((each) => ({
      ...each,
      lookup: { ...each.lookup, expiresAt: START + 30 * MINUTE_MS },
    }));

    const { ends } = forecastOf(load);
    const answered = ends.filter(({ outcome }) => outcome === 'answered');

    // The second ten minutes begin with the 276th call, and half of the age is fifteen.
    expect(answered.length).toBe(400);
    const { ends: older } = forecastOf(
      load.map((each) => ({
        ...each,
        lookup: { ...each.lookup, expiresAt: START + 10 * MINUTE_MS },
      })),
    );
    expect(older.filter(({ outcome }) => outcome === 'expired').length).toBe(400 - 275);
  });

  it('names a later time for the last answer where a call more would have to wait for the next window', () => {
    const finishOf = (count: number) => {
      const { finish } = forecastOf(addresses(count));
      if (!finish) throw new Error('nothing is answered');
      const { at, earliestAt, latestAt } = finish;
      return { sooner: at - earliestAt, later: latestAt - at };
    };

    // The second ten minutes begin with the 276th call. A call is made up to 5 s after its slot.
    expect(finishOf(250).later).toBeLessThan(6_000);
    expect(finishOf(275).later).toBeGreaterThan(5 * MINUTE_MS);
    expect(finishOf(276).sooner).toBeGreaterThan(5 * MINUTE_MS);
    expect(finishOf(300).sooner).toBeLessThan(6_000);
  });

  it('asks for the machines of alerts as soon as their batch is answered', () => {
    const { endpoints, finish } = forecastOf(
      times(2, (index) => waiting('alert', `da${String(index).padStart(18, '6')}_${index}`)),
    );

    expect(endpoints.get('machines')?.lastCallAt).toBeLessThan(START + 1_500);
    expect(finish?.at).toBeGreaterThan(START + 3_000);
  });

  it('makes equal calls once', () => {
    const { ends, ...planned } = forecastOf(times(50, () => waiting('ip', address(1))));

    expect(callsOf({ ends, ...planned })).toEqual({ findByIp: 1 });
    expect(new Set(ends.map(({ outcome }) => outcome))).toEqual(new Set(['answered']));
  });

  it.each([
    { kind: 'host', batchMaxQuestions: 30, assume: 'found', calls: { machines: 4 } },
    { kind: 'host', batchMaxQuestions: 1, assume: 'found', calls: { machines: 100 } },
    { kind: 'machine', batchMaxQuestions: 30, assume: 'found', calls: { machines: 4 } },
    {
      kind: 'machine',
      batchMaxQuestions: 30,
      assume: 'notSeen',
      calls: { machines: 4, machine: 100 },
    },
    { kind: 'alert', batchMaxQuestions: 30, assume: 'found', calls: { alerts: 4, machines: 4 } },
    { kind: 'alert', batchMaxQuestions: 1, assume: 'found', calls: { alertMachine: 100 } },
  ] as const)(
    'plans 100 lookups of a $kind that is $assume, $batchMaxQuestions to a call, as $calls',
    ({ kind, calls, ...around }) => {
      const values = {
        host: (index: number) => `ws-${index}.contoso.com`,
        machine: (index: number) => `1${index.toString(16).padStart(39, '0')}`,
        alert: (index: number) => `da${String(index).padStart(18, '6')}_${index}`,
      };
      const load = times(100, (index) => waiting(kind, values[kind](index)));

      expect(callsOf(forecastOf(load, around))).toEqual(calls);
    },
  );

  it('leaves those that hold a ticket in their places', () => {
    const before = waitedFor(300);
    const tickets = before.answers.flatMap((answer) =>
      answer.outcome === 'granted' ? [{ ...answer.ticket, endpoint: 'findByIp' as const }] : [],
    );
    const load = [299, 0].map((index) =>
      waiting('ip', address(index), { isNew: false, ticket: tickets[index] ?? null }),
    );

    const { ends } = forecastOf(load, { calendars: { findByIp: before.state } });

    const slots = slotsOf(before);
    expect(ends.map(({ at }) => at - ANSWER_MS)).toEqual([slots[299], slots[0]]);
  });

  it('gives those another whose ticket is of a calendar that is gone, when they wake', () => {
    const ticket = { lane: 'bulk', endpoint: 'findByIp', flow: 'normal', epoch: 'old', ordinal: 0 };
    const asksAt = START + HOUR_MS;
    const load = [waiting('ip', address(1), { isNew: false, asksAt, ticket: ticket as never })];

    expect(forecastOf(load).ends).toEqual([
      { outcome: 'answered', at: expect.closeTo(asksAt, -4) as number },
    ]);
  });

  it('reports as denied what the calendar denies', () => {
    const forbidden = {
      why: 'forbidden',
      since: START - 5 * HOUR_MS,
      failures: 9,
      until: 0,
    } as const;
    const state = {
      ...calendarOf(),
      coolUntil: START + MINUTE_MS,
      breakers: { findByIp: forbidden },
    };

    const { ends } = forecastOf(addresses(3), { calendars: { findByIp: state } });

    expect(ends.map(({ outcome }) => outcome)).toEqual(['denied', 'denied', 'denied']);
  });
});
