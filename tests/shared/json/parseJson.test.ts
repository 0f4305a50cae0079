import { parseJson, parseJsonInTurns } from '../../../shared/json/parseJson';
import { countTurns } from '../clock/countTurns';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('parseJson()', () => {
  it.each([
    { what: 'an object', text: '{"a":[1,null]}', value: { a: [1, null] } },
    {
      what: 'a long text full of brackets',
      text: JSON.stringify('{'.repeat(2_900_000)),
      value: '{'.repeat(2_900_000),
    },
    {
      what: 'texts of quotes, backslashes and commas',
      text: JSON.stringify(['"', '\\', '\\"', '\\\\', '",[{', '['.repeat(40)]),
      value: ['"', '\\', '\\"', '\\\\', '",[{', '['.repeat(40)],
    },
    { what: 'lists side by side', text: `[${'[],'.repeat(40)}[]]`, value: Array(41).fill([]) },
    { what: '32 levels', text: nested(32), value: JSON.parse(nested(32)) as unknown },
  ])('reads $what', ({ text, value }) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each([
    { what: 'half a text', text: '{"a":' },
    { what: 'a text that does not end', text: '["' },
    { what: '33 levels', text: nested(33) },
    { what: '33 levels behind a text that ends in a backslash', text: `["\\\\",${nested(32)}]` },
    { what: 'nesting without an end', text: `${'['.repeat(100_000)}${']'.repeat(100_000)}` },
    { what: 'three million numbers', text: `[${'0,'.repeat(3_000_000)}0]` },
    { what: 'three million open lists', text: '['.repeat(3_000_001) },
    { what: 'three million empty objects', text: `[${'{},'.repeat(2_000_000)}{}]` },
  ])('reads nothing from $what', ({ text }) => {
    expect(parseJson(text)).toBeUndefined();
  });
});

describe('parseJsonInTurns()', () => {
  const long = JSON.stringify({ value: Array.from({ length: 100_000 }, (_, id) => ({ id })) });

  it.each(['{"a":[1,null]}', long, `${long}}`, `[${'0,'.repeat(3_000_000)}0]`, nested(33)])(
    'reads what parseJson reads',
    async (text) => {
      expect(await parseJsonInTurns(text)).toEqual(parseJson(text));
    },
  );

  it('lets others have their turn between the steps of a long text', async () => {
    expect(await countTurns(() => parseJsonInTurns(long))).toBeGreaterThanOrEqual(3);
  });
});
