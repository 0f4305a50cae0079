import {
  clockTime,
  counted,
  duration,
  percent,
  upcoming,
} from '../../../../../functions/pages/browser/view/format';

describe('duration()', () => {
  it.each([
    { ms: -5, text: '0 s' },
    { ms: 400, text: '0.4 s' },
    { ms: 5_000, text: '5 s' },
    { ms: 34_400, text: '34 s' },
    { ms: 90_000, text: '90 s' },
    { ms: 300_000, text: '5 min' },
    { ms: 4_800_000, text: '80 min' },
    { ms: 7_200_000, text: '2 h' },
    { ms: 8_400_000, text: '2 h 20 min' },
    { ms: 183_600_000, text: '2 d 3 h' },
  ])('writes $ms ms as $text', ({ ms, text }) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('clockTime() and upcoming()', () => {
  const now = new Date(2026, 10, 29, 12, 0, 0).getTime();

  it('is the time of today, and has the date of another day', () => {
    expect(clockTime(now + 90_000, now)).toBe('12:01:30');
    expect(clockTime(now + 86_400_000, now)).toBe('30 Nov 12:00:00');
  });

  it('says now for what is past or about to come', () => {
    expect(upcoming(now - 60_000, now)).toBe('now');
    expect(upcoming(now + 999, now)).toBe('now');
    expect(upcoming(now + 34_000, now)).toBe('in 34 s (12:00:34)');
  });
});

describe('counted() and percent()', () => {
  it.each([
    [counted(1, 'call'), '1 call'],
    [counted(1_234, 'call'), '1,234 calls'],
    [counted(2, 'entry', 'entries'), '2 entries'],
    [percent(7, 8), '88 %'],
    [percent(1, 300), '< 1 %'],
    [percent(0, 300), '0 %'],
    [percent(0, 0), '–'],
  ])('%s is %s', (actual, expected) => {
    expect(actual).toBe(expected);
  });
});
