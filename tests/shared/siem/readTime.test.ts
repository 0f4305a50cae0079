import { isUsable, readTime } from '../../../shared/siem/readTime';

const AT = '2026-11-20T08:15:00.000Z';

function read(value: string | number): string | null {
  const { at, zoneAssumed } = readTime(value);
  return at === null ? null : `${new Date(at).toISOString()}${zoneAssumed ? ' UTC?' : ''}`;
}

describe('readTime()', () => {
  it.each([
    '2026-11-20T08:15:00Z',
    '2026-11-20t08:15:00.0000000z',
    '2026-11-20 08:15:00Z',
    '2026-11-20T08:15Z',
    '2026-11-20T08:15:00+0000',
    '2026-11-20T08:15:00 UTC',
    '2026-11-20T10:15:00+02',
    '2026-11-20T02:45:00-05:30',
    1_795_162_500,
    '1795162500.0004',
    1_795_162_500_000,
  ])('reads %s', (text) => {
    expect(read(text)).toBe(AT);
  });

  it('keeps milliseconds and cuts what is finer', () => {
    expect(read('2026-11-20T08:15:00.1239Z')).toBe('2026-11-20T08:15:00.123Z');
    expect(read('1795162500.123')).toBe('2026-11-20T08:15:00.123Z');
  });

  it.each(['2026-11-20T08:15:00', '2026-11-20 08:15'])('reads %s as UTC and says so', (text) => {
    expect(read(text)).toBe(`${AT} UTC?`);
  });

  it.each([
    '',
    'today',
    '2026-11-20',
    '20.11.2026 08:15',
    '2026-02-30T08:15:00Z',
    '08:15:00Z',
    '2026-11-20T24:15:00Z',
    '2026-11-20T08:60:00Z',
    '2026-11-20T08:15:00+25:00',
    '2026-11-20T08:15:00 Europe/Berlin',
    '0',
    '12345',
    '1e12',
    '٢٠٢٦-11-20T08:15:00Z',
    '9'.repeat(100_000),
  ])('does not guess what %.40s means', (text) => {
    expect(read(text)).toBeNull();
  });
});

describe('isUsable()', () => {
  const now = Date.parse(AT);

  it.each([
    { at: now, usable: true },
    { at: now + 5 * 60_000, usable: true },
    { at: now + 5 * 60_000 + 1, usable: false },
    { at: Date.UTC(2015, 0), usable: true },
    { at: Date.UTC(2015, 0) - 1, usable: false },
    { at: null, usable: false },
  ])('says of $at: $usable', ({ at, usable }) => {
    expect(isUsable(at, now)).toBe(usable);
  });
});
