import { callsAhead } from '../../../shared/health/callsAhead';

const now = 1_700_000_000_000;
const planned = (flow: 'high' | 'low', ...inMs: number[]) =>
  inMs.map((ms) => ({ flow, slotAt: now + ms, tag: 0 }));

describe('callsAhead()', () => {
  it('counts for each flow what still waits, down to nothing', () => {
    const { everyMs, waiting } = callsAhead(
      [...planned('high', 500, 1_500, 1_500), ...planned('low', 47_500)],
      now,
    );

    expect(everyMs).toBe(1_000);
    expect(Object.keys(waiting)).toEqual(['high', 'low']);
    expect(waiting.high?.slice(0, 4)).toEqual([3, 2, 0, 0]);
    expect(waiting.low?.slice(-2)).toEqual([1, 0]);
  });

  it.each([
    { title: 'an hour', lastInMs: 3_600_000, everyMs: 75_000 },
    { title: 'a moment', lastInMs: 10, everyMs: 1_000 },
  ])('has as many counts for $title as for a day', ({ lastInMs, everyMs }) => {
    const ahead = callsAhead(planned('high', lastInMs), now);

    expect(ahead.everyMs).toBe(everyMs);
    expect(ahead.waiting.high).toHaveLength(49);
    expect(ahead.waiting.high?.at(-1)).toBe(0);
  });

  it('is empty when nothing waits', () => {
    expect(callsAhead([], now)).toEqual({ everyMs: 1_000, waiting: {} });
  });
});
