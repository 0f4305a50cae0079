import { issue } from '../../../shared/quota/calendar/issue';
import { newCalendar } from '../../../shared/quota/calendar/CalendarState';
import { throttle } from '../../../shared/quota/calendar/breaker';
import { commit } from '../../../shared/quota/calendar/commit';
import { decodeCalendar, encodeCalendar, readCalendar } from '../../../shared/quota/calendarCodec';
import { BULK_ONLY } from '../../../local/simulation/calendarConfigs';
import { bulk, calendarOf, interactive, START, times } from './calendar/fixtures';

const options = { now: START, deniedAfterMs: 0 };

const cfgWith = (change: object): string =>
  JSON.stringify({ ...BULK_ONLY, startedAt: START, ...change });

/** An hour and a minute of a full calendar: as much as an entity ever holds. */
function fullCalendar() {
  const queued = issue(
    calendarOf(BULK_ONLY),
    times(3_000, () => bulk()),
    options,
  ).state;
  let state = commit(queued, START + 3_400_000);
  for (let minute = 0; minute < 8; minute += 1) {
    const now = START + 3_400_000 + minute * 60_000;
    state = issue(
      state,
      times(30, () => interactive(1e9)),
      { ...options, now },
    ).state;
  }
  return commit(state, START + 4_000_000);
}

describe('encodeCalendar() and decodeCalendar()', () => {
  it.each([
    { title: 'a new calendar', state: calendarOf() },
    { title: 'a full calendar', state: fullCalendar() },
    {
      title: 'a cooled calendar',
      state: throttle(fullCalendar(), START + 4_000_100, 7_000) ?? calendarOf(),
    },
    {
      title: 'a broken one',
      state: {
        ...newCalendar('e2', BULK_ONLY, { now: START, configuredAt: START - 5 }),
        voidedAt: START,
        origin: { at: START, continues: 'e1', knownSince: 7, isReplacement: false },
        breakers: { findByIp: { why: 'forbidden', since: START, failures: 3, until: 0 } as const },
        operation: 'p.1',
      },
    },
  ])('give back $title', ({ state }) => {
    expect(decodeCalendar(encodeCalendar(state))).toEqual(state);
  });

  it('keep a full calendar below 8 KB', () => {
    const entity = encodeCalendar(fullCalendar());

    const bytes = Object.values(entity).reduce<number>(
      (sum, value) => sum + (value instanceof Uint8Array ? value.length : 2 * String(value).length),
      0,
    );

    expect(bytes).toBeGreaterThan(2_000);
    expect(bytes).toBeLessThan(8_192);
  });

  it.each([
    { title: 'of no version', change: { v: 0 } },
    { title: 'with more slots than tickets', change: { i: '{"n":1,"c":2}' } },
    { title: 'without a log', change: { log: undefined } },
    { title: 'with a log cut off', change: { log: Uint8Array.of(0x80) } },
    { title: 'with broken JSON', change: { flows: '{' } },
    { title: 'with a limit of zero', change: { cfg: cfgWith({ perMinute: 0 }) } },
    { title: 'with years between slots', change: { cfg: cfgWith({ gapMs: 1e11 }) } },
    { title: 'with an epoch that no ticket can carry', change: { ep: 'e'.repeat(65) } },
  ])('refuse an entity $title', ({ change }) => {
    const entity = { ...encodeCalendar(calendarOf()), ...change };

    expect(() => decodeCalendar(entity)).toThrow();
    expect(readCalendar(entity)).toBeNull();
  });

  it('read of a later version what is known here', () => {
    const state = fullCalendar();
    const { rec, brk, flows, cfg, ...entity } = encodeCalendar(state);

    const later = decodeCalendar({
      ...entity,
      v: 2,
      lately: 'unknown',
      rec: Uint8Array.of(...rec, 99, 1, 0),
      brk: JSON.stringify({ ...JSON.parse(brk), devices: { why: 'asleep' }, file: { why: 'odd' } }),
      flows: JSON.stringify({ ...JSON.parse(flows), urgent: [3, 1, 2] }),
      cfg: JSON.stringify({ ...JSON.parse(cfg), perDay: 20_000 }),
    });

    expect(later).toEqual(state);
  });

  it('read a row of before it was noted how calendars came to be', () => {
    const { from: _, voided: __, ...entity } = encodeCalendar(calendarOf());

    expect(decodeCalendar(entity)).toEqual({
      ...calendarOf(),
      origin: { at: 0, continues: null, knownSince: 0, isReplacement: false },
    });
  });

  it('read a row of before it was noted since when all slots are known', () => {
    const from = JSON.stringify({ at: START, continues: 'e1', isReplacement: false });

    expect(decodeCalendar({ ...encodeCalendar(calendarOf()), from }).origin).toEqual({
      at: START,
      continues: 'e1',
      knownSince: START,
      isReplacement: false,
    });
  });
});
