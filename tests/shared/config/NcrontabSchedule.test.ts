import { NcrontabSchedule } from '../../../shared/config/NcrontabSchedule';

describe('NcrontabSchedule', () => {
  it.each([
    { schedule: '0 15 2 * * *', from: '2026-11-21T02:15:00Z', next: '2026-11-22T02:15:00Z' },
    { schedule: '0 15 2 * * *', from: '2026-11-21T02:14:59.999Z', next: '2026-11-21T02:15:00Z' },
    { schedule: '*/10 * * * * *', from: '2026-11-21T08:15:03.120Z', next: '2026-11-21T08:15:10Z' },
    { schedule: '0 */15 * * * *', from: '2026-11-21T23:45:00Z', next: '2026-11-22T00:00:00Z' },
    { schedule: '*/15 * * * *', from: '2026-11-21T08:15:00Z', next: '2026-11-21T08:30:00Z' },
    { schedule: '0 5/20 * * * *', from: '2026-11-21T08:26:00Z', next: '2026-11-21T08:45:00Z' },
    { schedule: '0 0 9-17/4 * * *', from: '2026-11-21T13:00:00Z', next: '2026-11-21T17:00:00Z' },
    { schedule: '30 0,30 8,20 * * *', from: '2026-11-21T08:30:30Z', next: '2026-11-21T20:00:30Z' },
    { schedule: '0 0 0 * * mon-fri', from: '2026-11-21T00:00:00Z', next: '2026-11-23T00:00:00Z' },
    { schedule: '0 0 0 1 JAN *', from: '2026-11-21T00:00:00Z', next: '2027-01-01T00:00:00Z' },
    { schedule: '0 0 0 29 2 *', from: '2096-03-01T00:00:00Z', next: '2104-02-29T00:00:00Z' },
    { schedule: '0 0 0 13 * fri', from: '2026-11-21T00:00:00Z', next: '2027-08-13T00:00:00Z' },
    { schedule: '59 59 23 31 12 *', from: '2026-12-31T23:59:59Z', next: '2027-12-31T23:59:59Z' },
  ])('next() of "$schedule" after $from is $next', ({ schedule, from, next }) => {
    const at = new NcrontabSchedule(schedule).next(Date.parse(from));

    expect(new Date(at ?? NaN).toISOString()).toBe(new Date(next).toISOString());
  });

  it('next() is undefined for a date that never comes', () => {
    expect(new NcrontabSchedule('0 0 0 30 2 *').next(0)).toBeUndefined();
  });

  it.each([
    { schedule: '* * * *', message: 'it needs six fields' },
    { schedule: '60 * * * * *', message: '"60" as second' },
    { schedule: '0 0 24 * * *', message: '"24" as hour' },
    { schedule: '0 0 0 0 * *', message: '"0" as day' },
    { schedule: '0 0 0 * 13 *', message: '"13" as month' },
    { schedule: '0 0 0 * * 7', message: '"7" as day of week' },
    { schedule: '0 0 0 * * mo', message: '"mo" as day of week' },
    { schedule: '0 10-5 * * * *', message: '"10-5" as minute' },
    { schedule: '0 */0 * * * *', message: '"*/0" as minute' },
    { schedule: '0 , * * * *', message: '"" as minute' },
  ])('NcrontabSchedule refuses "$schedule": $message', ({ schedule, message }) => {
    expect(() => new NcrontabSchedule(schedule)).toThrow(message);
  });
});
