import { endlessRetryDelayMs, retryDelayMs } from '../../../shared/calls/retryDelay';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const middling = { next: () => 0.5 };

describe('retryDelayMs()', () => {
  it('grows with every failure until a day is over, then gives up', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => retryDelayMs(failures, middling));

    expect(delays).toEqual([
      30 * SECOND_MS,
      2 * MINUTE_MS,
      8 * MINUTE_MS,
      30 * MINUTE_MS,
      2 * HOUR_MS,
      4 * HOUR_MS,
      8 * HOUR_MS,
      null,
    ]);
  });

  it.each([
    { title: 'a fifth less', random: 0, expected: 24 * SECOND_MS },
    { title: 'a fifth more', random: 1, expected: 36 * SECOND_MS },
  ])('is spread, at most by $title', ({ random, expected }) => {
    expect(retryDelayMs(1, { next: () => random })).toBe(expected);
  });
});

describe('endlessRetryDelayMs()', () => {
  it.each([
    { failures: 1, expected: 30 * SECOND_MS },
    { failures: 4, expected: 30 * MINUTE_MS },
    { failures: 5, expected: 30 * MINUTE_MS },
    { failures: 1_000, expected: 30 * MINUTE_MS },
  ])('is never longer than half an hour: failures $failures', ({ failures, expected }) => {
    expect(endlessRetryDelayMs(failures, middling)).toBe(expected);
  });
});
