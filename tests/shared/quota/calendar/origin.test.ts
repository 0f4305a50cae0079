import { memoryMs } from '../../../../shared/quota/calendar/CalendarConfig';
import { issue } from '../../../../shared/quota/calendar/issue';
import {
  continuation,
  coolForForgotten,
  isPlausible,
  replacement,
} from '../../../../shared/quota/calendar/origin';
import { Plan } from '../../../../shared/quota/calendar/Plan';
import { BULK_ONLY, DEFAULTS } from '../../../../local/simulation/calendarConfigs';
import { bulk, calendarOf, START, times } from './fixtures';

const MINUTE_MS = 60_000;
const FULL_MS = memoryMs(DEFAULTS);

describe('continuation()', () => {
  const known = issue(
    calendarOf(BULK_ONLY),
    times(50, () => bulk()),
    { now: START, deniedAfterMs: 0 },
  ).state;
  const continued = (unseenMs: number) =>
    continuation(known, { epoch: 'next', now: START + 2_000, unseenMs });

  it('keeps every slot that a holder may have used, and knows no ticket', () => {
    const { epoch, origin, log, flows, recent } = continued(0);

    const known50 = new Plan(known).dueBy(Infinity).map(({ slotAt }) => slotAt);
    expect(log).toEqual(expect.arrayContaining([...known50, ...known.log]));
    expect({ epoch, origin, recent, issued: flows.normal.issued }).toEqual({
      epoch: 'next',
      recent: [],
      issued: 0,
      origin: {
        at: START + 2_000,
        continues: 'epoch',
        knownSince: START,
        isReplacement: false,
      },
    });
  });

  it.each([
    { unseenMs: 0, others: 100 },
    { unseenMs: 2 * MINUTE_MS, others: 300 },
    { unseenMs: 60 * MINUTE_MS, others: 1_500 },
  ])(
    'counts what others may have called in $unseenMs ms unseen: $others',
    ({ unseenMs, others }) => {
      expect(continued(unseenMs).log).toHaveLength(50 + others);
    },
  );

  it('lets nobody call before the calls of others have left the minute', () => {
    const nextAt = new Plan(continued(0)).nextSlot('interactive');

    expect(nextAt).toBeGreaterThanOrEqual(START + MINUTE_MS);
    expect(nextAt).toBeLessThan(START + 2 * MINUTE_MS);
  });
});

describe('replacement()', () => {
  it('is closed for as long as a call matters', () => {
    const state = replacement(DEFAULTS, { epoch: 'next', now: START, configuredAt: START });

    expect(state.coolUntil).toBe(START + FULL_MS);
    expect(state.origin).toEqual({
      at: START,
      continues: null,
      knownSince: START,
      isReplacement: true,
    });
  });
});

describe('coolForForgotten()', () => {
  const made = calendarOf();
  const later = START + 10 * MINUTE_MS;

  it('closes a calendar that was made in ignorance of another until its calls no longer matter', () => {
    expect(coolForForgotten(made, { epoch: 'old', asOf: START - 1 }, later)?.coolUntil).toBe(
      START + FULL_MS,
    );
  });

  it.each([
    { title: 'its own epoch', state: made, epoch: 'epoch', asOf: 0, now: later },
    {
      title: 'the epoch that it continues',
      state: { ...made, origin: { ...made.origin, continues: 'old' } },
      epoch: 'old',
      asOf: 0,
      now: later,
    },
    {
      title: 'an old epoch when it is closed as long already',
      state: { ...made, coolUntil: START + FULL_MS },
      epoch: 'old',
      asOf: 0,
      now: later,
    },
    {
      title: 'an old epoch when it is older than a call matters',
      state: made,
      epoch: 'old',
      asOf: 0,
      now: START + FULL_MS,
    },
    {
      title: 'an old epoch in a row of before origins were noted',
      state: { ...made, origin: { ...made.origin, at: 0, knownSince: 0 } },
      epoch: 'old',
      asOf: 0,
      now: later,
    },
    {
      title: 'an old epoch from before a calendar that it continues, whose calls no longer matter',
      state: { ...made, origin: { ...made.origin, at: START + FULL_MS } },
      epoch: 'old',
      asOf: 0,
      now: START + FULL_MS,
    },
    {
      title: 'an epoch that was written since it knows every slot',
      state: made,
      epoch: 'between',
      asOf: START + 1,
      now: later,
    },
  ])('has nothing to do for $title', ({ state, epoch, asOf, now }) => {
    expect(coolForForgotten(state, { epoch, asOf }, now)).toBeNull();
  });
});

describe('isPlausible()', () => {
  it.each([
    { title: 'an ordinary calendar', change: {}, plausible: true },
    { title: 'the longest cool-down', change: { coolUntil: START + FULL_MS }, plausible: true },
    { title: 'a write in two hours', change: { asOf: START + 2 * FULL_MS }, plausible: false },
    { title: 'a cool-down for years', change: { coolUntil: 9e15 }, plausible: false },
    { title: 'settings of the far future', change: { configuredAt: 9e15 }, plausible: false },
    { title: 'tickets made void in years', change: { voidedAt: 9e15 }, plausible: false },
    { title: 'a slot in years', change: { log: [START, 9e15] }, plausible: false },
  ])('is $plausible of $title', ({ change, plausible }) => {
    expect(isPlausible({ ...calendarOf(), ...change }, START)).toBe(plausible);
  });
});
