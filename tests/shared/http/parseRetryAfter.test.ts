import { parseRetryAfter } from '../../../shared/http/parseRetryAfter';

const now = Date.UTC(2026, 10, 20, 8, 0, 0);

describe('parseRetryAfter()', () => {
  it.each([
    { header: '0', waitMs: 0 },
    { header: '7', waitMs: 7_000 },
    { header: ' 120 ', waitMs: 120_000 },
    { header: '86400', waitMs: 86_400_000 },
    { header: 'Fri, 20 Nov 2026 08:00:37 GMT', waitMs: 37_000 },
    { header: 'Friday, 20-Nov-26 08:01:00 GMT', waitMs: 60_000 },
    { header: 'Fri Nov 20 08:00:05 2026', waitMs: 5_000 },
  ])('reads "$header" as $waitMs ms', ({ header, waitMs }) => {
    expect(parseRetryAfter(header, now)).toBe(waitMs);
  });

  it.each([
    { why: 'no header', header: undefined },
    { why: 'an empty one', header: '' },
    { why: 'a date that has passed', header: 'Fri, 20 Nov 2026 07:59:59 GMT' },
    { why: 'this very second', header: 'Fri, 20 Nov 2026 08:00:00 GMT' },
    { why: 'a negative number', header: '-5' },
    { why: 'a fraction', header: '1.5' },
    { why: 'an exponent', header: '1e3' },
    { why: 'more digits than any wait has', header: '9'.repeat(400) },
    { why: 'two values joined', header: '5, 7' },
    { why: 'an ISO date', header: '2026-11-20T08:01:00Z' },
    { why: 'a weekday and nonsense', header: 'Friday, soon' },
    { why: 'words', header: 'in a minute' },
  ])('gives null for $why', ({ header }) => {
    expect(parseRetryAfter(header, now)).toBeNull();
  });
});
