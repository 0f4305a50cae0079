import { csvCell, csvLine } from '../../../shared/inventory/csvCell';

describe('csvCell', () => {
  it.each([
    { value: 'desktop-17', cell: 'desktop-17' },
    { value: 'a,b', cell: '"a,b"' },
    { value: 'say "hi"', cell: '"say ""hi"""' },
    { value: 'two\r\nlines', cell: '"two\r\nlines"' },
    { value: '', cell: '' },
    { value: null, cell: '' },
    { value: -5, cell: '-5' },
    { value: true, cell: 'true' },
  ])('writes $value as $cell', ({ value, cell }) => {
    expect(csvCell(value)).toBe(cell);
  });

  const before = ['', ' ', '\u00a0', '\u200b', '\ufeff', '\u3000', 'safe\n', 'safe\r', 'safe\r\n '];
  const starts = ['=', '+', '-', '@', '\t', '\0', '＝'];
  it.each(before.flatMap((lead) => starts.map((start) => lead + start)))(
    'leaves no line that begins as a formula: %j',
    (lead) => {
      const cell = csvCell(`${lead}cmd|' /C calc'!A0`);

      const text = cell.replaceAll(/^"|"$/g, '').replaceAll('""', '"');
      const active = text
        .split(/\r\n|\n|\r/)
        .filter((line) => /^[\s\u200b\ufeff]*[=+\-@\t\0＝]/.test(line));
      expect(active).toEqual([]);
      expect(text).toContain("'");
    },
  );
});

describe('csvLine', () => {
  it('separates by commas and ends with CRLF', () => {
    expect(csvLine(['a', null, 1])).toBe('a,,1\r\n');
  });

  it('ends as asked', () => {
    expect(csvLine(['a', 'b'], '\n')).toBe('a,b\n');
  });
});
