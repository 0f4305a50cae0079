import fc from 'fast-check';
import { csvCell, csvLine } from '../../../../shared/inventory/snapshot/csvCell';
import { readCsv } from '../readCsv';

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
    { value: ['one', 'two'], cell: 'one|two' },
    { value: ['one|two', 'three'], cell: 'one two|three' },
    { value: [], cell: '' },
    { value: 'x;=cmd;y', cell: "x;'=cmd;y" },
    { value: ['x', '=cmd'], cell: "x|'=cmd" },
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
  const parts = [
    '=',
    '+',
    '-',
    '@',
    ';',
    '|',
    '\t',
    ',',
    '"',
    "'",
    '\n',
    '\r',
    ' ',
    '\u200b',
    '＝',
  ];
  const text = fc.string({ unit: fc.constantFrom(...parts, 'x', '1') });

  it('has no cell that begins as a formula, whatever the list separator of the spreadsheet', () => {
    const begins = /^[\s\p{Cf}\p{Z}]*[=+\-@＝]/u;
    const property = fc.property(fc.array(fc.oneof(text, fc.array(text))), (cells) => {
      for (const separator of [',', ';', '\t', '|']) {
        const read = readCsv(csvLine(cells), separator).flat();
        expect(read.filter((cell) => begins.test(cell))).toEqual([]);
      }
    });
    fc.assert(property, { numRuns: 500 });
  });

  it.each(['\n', '\r', '\t', ' ', '; ', '"', '|', '\u200b', '\ufeff', ';\n '])(
    'reads a value of a million times %j in one go',
    (part) => {
      const long = part.repeat(1_000_000);

      expect(csvCell(long).length).toBeGreaterThanOrEqual(long.length);
    },
  );

  it('is read back cell by cell', () => {
    const safe = fc.string({ unit: fc.constantFrom('x', ',', '"', '\n', '\r', ' ', 'é') });
    const cell = safe.map((end) => `x${end}`);
    const property = fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
      expect(readCsv(csvLine(cells))).toEqual([cells]);
    });
    fc.assert(property);
  });

  it('separates by commas and ends with CRLF', () => {
    expect(csvLine(['a', null, 1])).toBe('a,,1\r\n');
  });

  it('ends as asked', () => {
    expect(csvLine(['a', 'b'], '\n')).toBe('a,b\n');
  });
});
