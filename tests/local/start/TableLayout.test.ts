import { TableLayout } from '../../../local/start/TableLayout';

const long = 'x'.repeat(200);
const full = { message: long, outcome: long, machines: long, waited: long, 'from cache': long };

describe('TableLayout', () => {
  it.each([
    { characters: 200, columns: 5, width: 129 },
    { characters: 130, columns: 5, width: 129 },
    { characters: 120, columns: 5, width: 120 },
    { characters: 105, columns: 5, width: 105 },
    { characters: 104, columns: 4, width: 104 },
    { characters: 92, columns: 3, width: 92 },
    { characters: 80, columns: 3, width: 80 },
    { characters: 40, columns: 3, width: 80 },
  ])(
    'fits $characters characters: $columns columns, $width wide',
    ({ characters, columns, width }) => {
      const layout = new TableLayout(characters);

      expect(layout.columns).toHaveLength(columns);
      expect(layout.line(full)).toHaveLength(width);
      expect(layout.rule()).toHaveLength(width);
    },
  );

  it('cuts a cell by characters, and shows that it did', () => {
    const line = new TableLayout(80).line({ message: '💻'.repeat(40) });

    expect(line).toBe(`${'💻'.repeat(28)}…`);
  });

  it('leaves no blanks at the end of a line', () => {
    const line = new TableLayout(130).line(
      { message: 'a', outcome: 'b' },
      (_name, cell) => `<${cell}>`,
    );

    expect(line).toBe(`<a${' '.repeat(52)}>  <b>`);
  });
});
