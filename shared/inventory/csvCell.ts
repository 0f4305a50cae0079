/** White space of every kind, and marks without width: a spreadsheet looks past them for a formula. */
const FORMULA = /^[\s\p{Cf}\p{Z}]*[=+\-@\t\r\0＝＋－＠]/u;
const LINE_END = /(\r\n|[\n\r\u2028\u2029])/;

/**
 * One cell by RFC 4180. A line that a spreadsheet could take for a formula gets a `'` in front: names and tags of machines
 * are chosen by whoever runs the machine.
 */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = value
    .split(LINE_END)
    .map((line, index) => (index % 2 === 0 && FORMULA.test(line) ? `'${line}` : line))
    .join('');
  const marked = FORMULA.test(safe) ? `'${safe}` : safe;
  return /[",\r\n\u2028\u2029]|^\s|\s$/.test(marked) ? `"${marked.replaceAll('"', '""')}"` : marked;
}

/** One record, with its line end. */
export function csvLine(
  cells: readonly (string | number | boolean | null)[],
  end: '\r\n' | '\n' = '\r\n',
): string {
  return cells.map(csvCell).join(',') + end;
}
