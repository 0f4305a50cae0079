import { cutToBytes } from '../../../shared/text/cutToBytes';

describe('cutToBytes()', () => {
  it.each([
    { text: 'abc', cut: 'abc' },
    { text: 'abcdef', cut: 'abcd' },
    { text: 'äöü', cut: 'äö' },
    { text: 'a€€', cut: 'a€' },
    { text: 'a\u{1f4a9}', cut: 'a' },
    { text: '\ud83dabc', cut: '\ud83da' },
  ])('cuts $text to 4 bytes', ({ text, cut }) => {
    expect(cutToBytes(text, 4)).toBe(cut);
  });
});
