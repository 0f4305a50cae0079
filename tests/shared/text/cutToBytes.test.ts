import { cutToBytes } from '../../../shared/text/cutToBytes';

describe('cutToBytes()', () => {
  it.each([
    { text: 'abc', cut: 'abc' },
    { text: 'abcdef', cut: 'abcd' },
    { text: 'äöü', cut: 'äö' },
    { text: 'a€€', cut: 'a€' },
    { text: 'a\u{1f4a9}', cut: 'a' },
    { text: 'a\nbc', cut: 'a\nb' },
    { text: '\u0000', cut: '' },
    { text: '\ud83dabc', cut: '' },
  ])('cuts $text to 4 bytes of JSON', ({ text, cut }) => {
    expect(cutToBytes(text, 4)).toBe(cut);
  });

  it('leaves a text alone that is short enough in any case', () => {
    const text = '\u0000'.repeat(170);

    expect(cutToBytes(text, 1024)).toBe(text);
  });
});
