import { ceilToGrid, earliestSlot, insertSlot } from '../../../../shared/quota/calendar/slots';

describe('earliestSlot()', () => {
  it.each([
    { title: 'an empty log', slots: [], limit: 1, spanMs: 100, from: 50, expected: 50 },
    { title: 'room in the window', slots: [0, 10], limit: 3, spanMs: 100, from: 20, expected: 20 },
    { title: 'a full window', slots: [0, 10], limit: 2, spanMs: 100, from: 20, expected: 100 },
    { title: 'exactly a span later', slots: [0], limit: 1, spanMs: 100, from: 100, expected: 100 },
    { title: 'later slots', slots: [200, 210], limit: 2, spanMs: 100, from: 120, expected: 300 },
    { title: 'a span before', slots: [200, 210], limit: 2, spanMs: 100, from: 110, expected: 110 },
    { title: 'a gap around', slots: [0, 150], limit: 1, spanMs: 100, from: 20, expected: 250 },
    { title: 'a wide block', slots: [0, 100], limit: 2, spanMs: 100, from: 50, expected: 50 },
  ])('gives $expected after $from beside $title', ({ slots, limit, spanMs, from, expected }) => {
    expect(earliestSlot(slots, from, [{ limit, spanMs }])).toBe(expected);
  });

  it('satisfies all windows at once', () => {
    const windows = [
      { limit: 1, spanMs: 10 },
      { limit: 2, spanMs: 100 },
      { limit: 3, spanMs: 1_000 },
    ];

    const slots: number[] = [];
    for (let count = 0; count < 6; count += 1) insertSlot(slots, earliestSlot(slots, 0, windows));

    expect(slots).toEqual([0, 10, 100, 1_000, 1_010, 1_100]);
  });
});

describe('insertSlot()', () => {
  it('keeps the order', () => {
    const slots = [10, 30];

    for (const at of [20, 40, 0, 20]) insertSlot(slots, at);

    expect(slots).toEqual([0, 10, 20, 20, 30, 40]);
  });
});

describe('ceilToGrid()', () => {
  it.each([
    [0, 0],
    [1, 10],
    [10, 10],
    [1_789_999_999_991, 1_790_000_000_000],
  ])('takes %d to %d', (ms, expected) => {
    expect(ceilToGrid(ms)).toBe(expected);
  });
});
