import { throttle } from '../../../../shared/quota/calendar/breaker';
import type { CalendarConfig } from '../../../../shared/quota/calendar/CalendarConfig';
import type { CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import { adoptConfig, cancel, commit } from '../../../../shared/quota/calendar/commit';
import { issue } from '../../../../shared/quota/calendar/issue';
import { DEFAULTS } from '../../../../local/simulation/calendarConfigs';
import { bulk, calendarOf, interactive, START, times } from './fixtures';

const HOUR_MS = 3_600_000;

const queued = (count: number): CalendarState =>
  issue(
    calendarOf(),
    times(count, () => bulk()),
    { now: START, deniedAfterMs: 0 },
  ).state;

describe('commit()', () => {
  it('fixes the slots up to the freeze and no others', () => {
    const { config, log, flows } = commit(queued(200), START);

    expect(log.at(-1)).toBe(START + config.freezeMs);
    expect(flows.normal).toMatchObject({ issued: 200, committed: config.freezeMs / 100 + 1 });
  });

  it('keeps slots that passed unseen at the times they had', () => {
    const state = commit(queued(90), START + 1_800_000);

    expect(state.log).toEqual(times(90, (index) => START + index * 100));
  });

  it('never goes back in time', () => {
    const state = commit(calendarOf(), START + 1_000);

    expect(commit(state, START).asOf).toBe(START + 1_000);
  });
});

describe('adoptConfig()', () => {
  const adopt = (state: CalendarState, change: Partial<CalendarConfig>, startedAt = START + 1) =>
    adoptConfig(state, { ...DEFAULTS, ...change }, startedAt).config;
  const idle = commit(calendarOf(), START + 60_000);

  it.each([
    { title: 'looser limits when idle', state: idle, change: { perHour: 2_000 }, taken: true },
    { title: 'stricter limits at once', state: queued(200), change: { perHour: 900 }, taken: true },
    { title: 'no looser limits', state: queued(200), change: { perHour: 2_000 }, taken: false },
    { title: 'no smaller guard', state: queued(200), change: { guardMs: 0 }, taken: false },
    {
      title: 'no spreading off',
      state: queued(200),
      change: { bulkPerTenMinutes: 0 },
      taken: false,
    },
    {
      title: 'a larger reserve at once',
      state: queued(200),
      change: { reservePerHour: 99 },
      taken: true,
    },
  ])('takes $title', ({ state, change, taken }) => {
    expect(adopt(state, change)).toEqual(taken ? { ...DEFAULTS, ...change } : DEFAULTS);
  });

  it('takes of a mixed change what is stricter at once, and the rest when idle', () => {
    const change = { perHour: 900, perMinute: 200 };

    const busy = adoptConfig(queued(200), { ...DEFAULTS, ...change }, START + 1);
    const emptied = commit(cancel(busy, ['normal'], START), START + 60_000);

    expect(busy.config).toEqual({ ...DEFAULTS, perHour: 900 });
    expect(adopt(emptied, change)).toEqual({ ...DEFAULTS, ...change });
  });

  describe('of looser limits that wait for ten minutes while there is work', () => {
    const TEN_MINUTES_MS = 600_000;
    const looser = { ...DEFAULTS, perHour: 2_000 };
    const busyAt = (now: number, state = queued(3_000)) => commit(state, now);
    const adoptAt = (state: CalendarState) => adoptConfig(state, looser, START + 1);

    it('leaves everything as it is before', () => {
      const state = busyAt(START + TEN_MINUTES_MS);

      expect(adoptAt(state)).toBe(state);
    });

    it('takes them then, and makes the waiting bulk tickets void: their slots stay in the log', () => {
      const state = busyAt(START + TEN_MINUTES_MS + 1);

      const adopted = adoptAt(state);

      expect(adopted.config).toEqual(looser);
      expect(adopted.log).toEqual(state.log);
      expect(adopted.recent).toEqual([]);
      expect(adopted.flows.normal).toMatchObject({ issued: 3_000, committed: 3_000 });
      expect(adopted.voidedAt).toBe(state.asOf);
    });

    it('makes no tickets void twice within an hour', () => {
      const state = { ...busyAt(START + HOUR_MS), voidedAt: START + 1 };

      expect(adoptAt(state)).toBe(state);
      expect(adoptAt(busyAt(START + HOUR_MS + 1, state)).config).toEqual(looser);
    });

    it('waits for interactive tickets', () => {
      const { state } = issue(
        busyAt(START + TEN_MINUTES_MS + 1),
        times(80, () => interactive(1e9)),
        { now: START + TEN_MINUTES_MS + 1, deniedAfterMs: 0 },
      );

      expect(adoptAt(state)).toBe(state);
    });
  });

  it('ignores a process that started before the one whose configuration is stored', () => {
    expect(adopt(idle, { perHour: 900 }, START - 1)).toEqual(DEFAULTS);
  });
});

describe('throttle()', () => {
  it.each([
    { retryAfterMs: 20_000, coolMs: 20_500 },
    { retryAfterMs: null, coolMs: 60_500 },
    { retryAfterMs: 0, coolMs: 1_500 },
    { retryAfterMs: 86_400_000, coolMs: 3_600_500 },
  ])('cools for $coolMs ms after a Retry-After of $retryAfterMs', ({ retryAfterMs, coolMs }) => {
    expect(throttle(calendarOf(), START, retryAfterMs)?.coolUntil).toBe(START + coolMs);
  });

  it('has nothing to do when the calendar cools that long already', () => {
    const cooled = throttle(calendarOf(), START, 20_000) ?? calendarOf();

    expect(throttle(cooled, START + 400, 20_000)).toBeNull();
  });

  it('keeps the slots that a reader of the image before may still use', () => {
    const state = throttle(queued(200), START + 1_000, 20_000) ?? calendarOf();

    expect(state.log.at(-1)).toBe(START + 1_000 + DEFAULTS.freezeMs);
    expect(state.recent.at(-1)?.slotAt).toBe(START + 1_000);
  });
});
