import { oldestSightingAt } from '../../../shared/defender/oldestSightingAt';

test('oldestSightingAt is an hour short of 30 days', () => {
  const now = Date.parse('2026-11-21T08:00:00Z');

  expect(new Date(oldestSightingAt(now)).toISOString()).toBe('2026-10-22T09:00:00.000Z');
});
