import { parseJson } from '../../../shared/json/parseJson';

describe('parseJson()', () => {
  it.each([
    { what: 'an object', text: '{"a":[1,null]}', value: { a: [1, null] } },
    {
      what: 'a long text full of brackets',
      text: JSON.stringify('{'.repeat(2_900_000)),
      value: '{'.repeat(2_900_000),
    },
  ])('reads $what', ({ text, value }) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each([
    { what: 'half a text', text: '{"a":' },
    { what: 'nesting without an end', text: `${'['.repeat(100_000)}${']'.repeat(100_000)}` },
    { what: 'three million numbers', text: `[${'0,'.repeat(3_000_000)}0]` },
    { what: 'three million open lists', text: '['.repeat(3_000_001) },
    { what: 'three million empty objects', text: `[${'{},'.repeat(2_000_000)}{}]` },
  ])('reads nothing from $what', ({ text }) => {
    expect(parseJson(text)).toBeUndefined();
  });
});
