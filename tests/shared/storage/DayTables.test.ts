import { dayTableName, tablesBefore } from '../../../shared/storage/DayTables';

const NOON = Date.parse('2026-11-29T12:00:00Z');

describe('dayTableName()', () => {
  it('names the day in UTC', () => {
    expect(dayTableName('requests', NOON)).toBe('requests20261129');
  });
});

describe('tablesBefore()', () => {
  it('finds the days that were over, and nothing else that begins alike', () => {
    const names = [
      'requests20251231',
      'requests20261128',
      'requests20261129',
      'requests20261130',
      'requests',
      'requests2',
      'requests20261128x',
      'requestsOld',
      'quota20261101',
    ];

    expect(tablesBefore(names, 'requests', NOON)).toEqual(['requests20251231', 'requests20261128']);
  });
});
