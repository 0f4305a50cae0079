/** A column's name is also its title. */
export type Column = 'message' | 'outcome' | 'machines' | 'waited' | 'from cache';

interface SizedColumn {
  readonly name: Column;
  /** In characters. */
  readonly width: number;
}

/** Between two columns. */
const GAP = '  ';
const MESSAGE_WIDTH = { min: 29, max: 53 } as const;

/** Everything but the message, from the fullest table to the barest. */
const CHOICES: readonly (readonly SizedColumn[])[] = [
  [
    { name: 'outcome', width: 25 },
    { name: 'machines', width: 26 },
    { name: 'waited', width: 7 },
    { name: 'from cache', width: 10 },
  ],
  [
    { name: 'outcome', width: 25 },
    { name: 'machines', width: 26 },
    { name: 'waited', width: 7 },
  ],
  [
    { name: 'outcome', width: 25 },
    { name: 'machines', width: 22 },
  ],
];

/** Columns that fit a terminal: the message gives way first, then the last columns go. */
export class TableLayout {
  readonly columns: readonly SizedColumn[];

  /** @param characters - in a line of the terminal; below 80 lines are as for 80 */
  constructor(characters: number) {
    const room = (rest: readonly SizedColumn[]) =>
      characters - rest.reduce((sum, { width }) => sum + width + GAP.length, 0);
    const fitting = CHOICES.find((rest) => room(rest) >= MESSAGE_WIDTH.min);
    const rest = fitting ?? CHOICES.at(-1) ?? [];
    const width = Math.min(MESSAGE_WIDTH.max, Math.max(MESSAGE_WIDTH.min, room(rest)));
    this.columns = [{ name: 'message', width }, ...rest];
  }

  has(name: Column): boolean {
    return this.columns.some((column) => column.name === name);
  }

  /** One line; a cell that is too long is cut. `decorate` gets each cell in its final width. */
  line(
    cells: Readonly<Partial<Record<Column, string>>>,
    decorate: (name: Column, cell: string) => string = (_name, cell) => cell,
  ): string {
    const texts = this.columns.map(({ name, width }) => ({
      name,
      text: fit(printable(cells[name] ?? ''), width),
    }));
    const last = texts.findLastIndex(({ text }) => text.trim() !== '');
    const shown = texts.slice(0, last + 1);
    return shown
      .map(({ name, text }, index) => decorate(name, index === last ? text.trimEnd() : text))
      .join(GAP);
  }

  titles(): string {
    return this.columns
      .map(({ name, width }) => fit(name, width))
      .join(GAP)
      .trimEnd();
  }

  /** Drawn below the titles. */
  rule(): string {
    return this.columns.map(({ width }) => '─'.repeat(width)).join(GAP);
  }
}

const characters = new Intl.Segmenter();

function fit(text: string, width: number): string {
  const seen = Array.from(characters.segment(text), ({ segment }) => segment);
  if (seen.length <= width) return text + ' '.repeat(width - seen.length);
  return `${seen.slice(0, width - 1).join('')}…`;
}

/** What others wrote must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
}
