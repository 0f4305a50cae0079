import { printable } from '../../../shared/http/printable';

describe('printable()', () => {
  it.each([
    {
      why: 'keeps plain text',
      text: 'Machine 12 was not found',
      printed: 'Machine 12 was not found',
    },
    {
      why: 'makes one line of many',
      text: 'AADSTS7000215\r\nTrace ID: 1',
      printed: 'AADSTS7000215 Trace ID: 1',
    },
    { why: 'drops terminal escapes', text: '\u001b[31mred', printed: '[31mred' },
    { why: 'drops bidirectional marks', text: 'a\u202eb\u2066c', printed: 'a b c' },
    { why: 'drops line separators', text: 'a\u2028b\u2029c', printed: 'a b c' },
    { why: 'drops tags, which models read', text: 'a\u{e0049}\u{e0067}b', printed: 'a b' },
    { why: 'drops variation selectors', text: 'a\ufe01\u{e0100}b', printed: 'a b' },
    { why: 'drops half a character', text: 'a\ud83db', printed: 'a b' },
  ])('$why', ({ text, printed }) => {
    expect(printable(text)).toBe(printed);
  });

  it('cuts at 256 characters', () => {
    expect(printable('x'.repeat(100_000))).toHaveLength(256);
  });

  it('cuts where it is asked to, and no character in two', () => {
    expect(printable('xx😀', 3)).toBe('xx');
  });
});
