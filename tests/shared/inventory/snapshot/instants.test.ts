import { microsOf, microsText } from '../../../../shared/inventory/snapshot/instants';

describe('an instant of a table', () => {
  it.each([
    { text: '2026-01-31T02:10:00Z', micros: '2026-01-31T02:10:00.000000Z' },
    { text: '2026-01-31T02:10:00.1Z', micros: '2026-01-31T02:10:00.100000Z' },
    { text: '2026-01-31T02:10:00.1234567Z', micros: '2026-01-31T02:10:00.123456Z' },
    { text: '2026-01-31T02:10:00.9999999Z', micros: '2026-01-31T02:10:00.999999Z' },
    { text: '2026-01-31T02:10:00.000001+02:00', micros: '2026-01-31T00:10:00.000001Z' },
    { text: '1969-12-31T23:59:59.5Z', micros: '1969-12-31T23:59:59.500000Z' },
    { text: '0001-01-01T00:00:00Z', micros: '0001-01-01T00:00:00.000000Z' },
    { text: '9999-12-31T23:59:59.9999999Z', micros: '9999-12-31T23:59:59.999999Z' },
  ])('is $text in UTC to the microsecond, later digits cut', ({ text, micros }) => {
    const at = microsOf(text);

    expect(at === null ? null : microsText(at)).toBe(micros);
  });

  it.each([
    null,
    '',
    '2026-01-31T02:10:00',
    '2026-01-31',
    '2026-02-30T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    'yesterday',
  ])('is absent for %j, which would be a guess', (text) => {
    expect(microsOf(text)).toBeNull();
  });
});
