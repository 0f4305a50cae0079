import fc from 'fast-check';
import { fail } from '../../../../shared/quota/calendar/breaker';
import type { CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import { dropDenied, issue } from '../../../../shared/quota/calendar/issue';
import type { BulkFlow, TicketAnswer, TicketRequest } from '../../../../shared/quota/Quota';
import { BULK_ONLY, DEFAULTS } from '../../../../local/simulation/calendarConfigs';
import { bulk, calendarOf, interactive, START, times } from './fixtures';
import { propertyRuns } from './history';

const HOUR_MS = 3_600_000;
const options = { now: START, deniedAfterMs: 4 * HOUR_MS };
const outcomes = (answers: readonly TicketAnswer[]) => answers.map(({ outcome }) => outcome);

const aged = (ageLeftMs: number, callsLeft = 1, flow: BulkFlow = 'normal'): TicketRequest => ({
  lane: 'bulk',
  endpoint: 'machine',
  flow,
  expiresAt: START + ageLeftMs,
  admission: { callsLeft },
});

describe('issue()', () => {
  it('starts a burst at once, ten calls a second, and goes on when the minute is over', () => {
    const { answers } = issue(
      calendarOf(BULK_ONLY),
      times(101, () => bulk()),
      options,
    );

    const slots = answers.map((answer) => 'slotAt' in answer && answer.slotAt - START);
    expect(slots).toEqual([...times(100, (index) => index * 100), 67_600]);
  });

  it('leaves the reserve to the interactive lane', () => {
    const { state, answers } = issue(
      calendarOf(DEFAULTS),
      times(91, () => bulk()),
      options,
    );
    const urgent = issue(state, [interactive()], { ...options, now: START + 20_000 });

    expect(answers[90]).toMatchObject({ slotAt: START + 67_600 });
    expect(urgent.answers[0]).toMatchObject({ outcome: 'granted', slotAt: START + 20_000 });
  });

  it.each([
    { title: 'minute', count: 31, slotAt: START + 60_000, limits: {} },
    { title: 'hour', count: 5, slotAt: START + HOUR_MS, limits: { interactivePerHour: 4 } },
  ])('lets the interactive lane take its own cap of a $title only', ({ count, slotAt, limits }) => {
    const { answers } = issue(
      calendarOf({ ...DEFAULTS, ...limits }),
      times(count, () => interactive()),
      options,
    );

    expect(outcomes(answers).filter((outcome) => outcome === 'granted')).toHaveLength(count - 1);
    expect(answers.at(-1)).toEqual({ outcome: 'noSlot', slotAt });
  });

  it('names the next slot, free as it is, where no ticket is wanted', () => {
    const { state, answers } = issue(calendarOf(DEFAULTS), [interactive(null)], options);

    expect(answers).toEqual([{ outcome: 'noSlot', slotAt: START }]);
    expect(state.flows.interactive.issued).toBe(0);
  });

  it('admits a lookup only if its slot lies within half its age', () => {
    const waiting = issue(
      calendarOf(BULK_ONLY),
      times(100, () => bulk()),
      options,
    ).state;

    const { answers } = issue(
      waiting,
      [aged(2 * 67_600), aged(2 * 67_700 - 1), aged(HOUR_MS)],
      options,
    );

    expect(answers).toMatchObject([
      { outcome: 'granted', slotAt: START + 67_600 },
      { outcome: 'wouldExpire', slotAt: START + 67_700 },
      { outcome: 'granted', slotAt: START + 67_700, ticket: { ordinal: 101 } },
    ]);
  });

  it('shares the age among the calls that a lookup still needs', () => {
    const waiting = issue(
      calendarOf(BULK_ONLY),
      times(100, () => bulk()),
      options,
    ).state;

    const answers = [4 * 67_600 - 1, 4 * 67_600].flatMap(
      (age) => issue(waiting, [aged(age, 2)], options).answers,
    );

    expect(outcomes(answers)).toEqual(['wouldExpire', 'granted']);
  });

  it('admits what was admitted before, up to its whole age', () => {
    const waiting = issue(
      calendarOf(BULK_ONLY),
      times(100, () => bulk()),
      options,
    ).state;
    const request: TicketRequest = {
      ...bulk('retry'),
      lane: 'bulk',
      flow: 'retry',
      expiresAt: START + 67_600,
      admission: 'always',
    };

    expect(outcomes(issue(waiting, [request], options).answers)).toEqual(['granted']);
  });

  it('uses no ordinal for a request it refuses', () => {
    const { state } = issue(calendarOf(), [aged(-1), interactive(-1)], options);

    expect([state.flows.normal.issued, state.flows.interactive.issued]).toEqual([0, 0]);
  });

  it('answers the same request twice with two tickets', () => {
    const request = bulk();

    const { answers } = issue(calendarOf(), [request, request], options);

    expect(answers).toMatchObject([{ ticket: { ordinal: 0 } }, { ticket: { ordinal: 1 } }]);
  });

  it('refuses as if the last one that is too late were refused, again and again', () => {
    const request = fc.oneof(
      fc.record({
        age: fc.integer({ min: 0, max: 400_000 }),
        calls: fc.integer({ min: 1, max: 3 }),
        flow: fc.constantFrom<BulkFlow[]>('normal', 'low', 'high'),
      }),
      fc.integer({ min: 0, max: 200_000 }),
    );
    const property = fc.property(
      fc.array(request, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 0, max: 12 }),
      (wishes, waiting) => {
        const config = { ...DEFAULTS, perMinute: 4, reservePerMinute: 1, interactivePerMinute: 3 };
        const before = issue(
          calendarOf(config),
          times(waiting, () => bulk()),
          options,
        ).state;
        const requests = wishes.map((wish) =>
          typeof wish === 'number' ? interactive(wish) : aged(wish.age, wish.calls, wish.flow),
        );

        const { answers } = issue(before, requests, options);

        expect(outcomes(answers)).toEqual(refusingOneByOne(before, requests));
      },
    );
    fc.assert(property, { numRuns: propertyRuns / 10 });
  });
});

/** The rule word for word: plan all, refuse the one with the latest slot that is too late, and plan again. */
function refusingOneByOne(
  before: CalendarState,
  requests: readonly TicketRequest[],
): readonly string[] {
  const result = requests.map(() => 'granted');
  for (const lane of ['interactive', 'bulk'] as const)
    for (;;) {
      const left = requests.flatMap((request, index) =>
        result[index] === 'granted' ? [{ request, index }] : [],
      );
      const unconditional = left.map(({ request }): TicketRequest =>
        request.lane === 'interactive'
          ? { ...request, maxWaitMs: Infinity }
          : { ...request, admission: 'always', expiresAt: Infinity },
      );
      const { answers } = issue(before, unconditional, options);
      const late = left
        .map((entry, position) => ({ ...entry, slotAt: slotOf(answers[position]) }))
        .filter(({ request, slotAt }) => request.lane === lane && isTooLate(request, slotAt))
        .sort((a, b) => b.slotAt - a.slotAt);
      const [last] = late;
      if (!last) break;
      result[last.index] = lane === 'interactive' ? 'noSlot' : 'wouldExpire';
    }
  return result;
}

const slotOf = (answer: TicketAnswer | undefined): number =>
  answer?.outcome === 'granted' ? answer.slotAt : NaN;

const isTooLate = (request: TicketRequest, slotAt: number): boolean =>
  request.lane === 'interactive'
    ? request.maxWaitMs === null || slotAt - START > request.maxWaitMs
    : request.admission === 'always'
      ? slotAt > request.expiresAt
      : slotAt - START > (request.expiresAt - START) / (2 * request.admission.callsLeft);

describe('issue() to work begun', () => {
  it('gives no slot past its age, and so loses none', () => {
    const first = issue(
      calendarOf(),
      times(100, () => bulk('retry')),
      options,
    ).state;
    const begun = { ...bulk('retry'), expiresAt: START + 60_000 } as const;

    const { state, answers } = issue(first, [begun], options);

    expect(outcomes(answers)).toEqual(['wouldExpire']);
    expect(state.flows.retry.issued).toBe(100);
  });
});

describe('issue() for an endpoint that refuses our rights', () => {
  const forbidden =
    fail(calendarOf(), { endpoint: 'machine', why: 'forbidden', probed: false }, START) ??
    calendarOf();
  const muchLater = START + 4 * HOUR_MS + 1_000;

  it.each([
    { request: interactive(60_000), now: START + 1_000, outcome: 'denied' },
    { request: interactive(60_000), now: START + 7_000, outcome: 'granted' },
    { request: bulk('http'), now: START + 1_000, outcome: 'denied' },
    { request: bulk('normal'), now: START + 1_000, outcome: 'granted' },
    { request: bulk('normal'), now: muchLater, outcome: 'granted' },
  ])('answers $outcome to $request.lane $request.flow', ({ request, now, outcome }) => {
    const { answers } = issue(forbidden, [request], { ...options, now });

    expect(outcomes(answers)).toEqual([outcome]);
  });

  it('denies queue lookups after a long time, but for the next that can probe', () => {
    const { answers } = issue(
      forbidden,
      times(80, () => bulk()),
      { ...options, now: muchLater },
    );

    const granted = outcomes(answers).filter((outcome) => outcome === 'granted').length;
    expect(granted).toBeGreaterThan(0);
    expect(granted).toBeLessThan(60);
  });

  it.each([
    { title: 'while it is shut', now: muchLater, shutMs: 60_000, isFree: true },
    { title: 'when none has asked for a while', now: muchLater + 60_000, shutMs: 0, isFree: true },
    { title: 'but not if one has just asked', now: muchLater + 1_000, shutMs: 0, isFree: false },
  ])('drops the tickets of those it has denied $title', ({ now, shutMs, isFree }) => {
    const waiting = issue(
      { ...forbidden, coolUntil: muchLater },
      times(200, () => bulk()),
      { ...options, now: muchLater, deniedAfterMs: 5 * HOUR_MS },
    ).state;
    const shut = { ...waiting, coolUntil: muchLater + shutMs };

    const live = dropDenied(shut, { ...options, now });
    const { answers } = issue(live, [bulk()], { ...options, now: now + shutMs });

    expect(outcomes(answers)).toEqual([isFree ? 'granted' : 'denied']);
  });
});
