export type CsvValue = string | number | boolean | null | readonly string[];

/**
 * Where a spreadsheet may find a formula: where our cell begins, and where its own cells begin inside ours, which is at line
 * ends and at the list separator of its country or its user; of these only the comma heeds our quotes. It looks past spaces
 * of every kind, marks without width, and quotes.
 */
const FORMULA =
  /(?<=^|[\n\u2028\u2029;|\t]|\r(?!\n))(?=[\f\v"\p{Cf}\p{Zs}]*[=+\-@\t\0＝＋－＠])|^(?=\r)/gu;

/**
 * One cell by RFC 4180; the values of a list are separated by `|`, which is a space inside of one. What a spreadsheet could
 * take for a formula gets a `'` in front: names and tags are chosen by the machine's users.
 */
export function csvCell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : joinList(value);
  const safe = text.replaceAll(FORMULA, "'");
  return /[",\r\n\u2028\u2029]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Values separated by `|`, so none may contain it. */
export function joinList(values: readonly string[]): string {
  return values.map((value) => value.replaceAll('|', ' ')).join('|');
}

/** One record, with its line end. */
export function csvLine(cells: readonly CsvValue[], end: '\r\n' | '\n' = '\r\n'): string {
  return cells.map(csvCell).join(',') + end;
}
