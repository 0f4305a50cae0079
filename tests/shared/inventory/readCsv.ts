/**
 * The cells of a text as a spreadsheet finds them whose list separator is `separator`: a quote counts only where a cell
 * begins, and what follows the closing one belongs to the cell.
 */
export function readCsv(text: string, separator = ','): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isStart = true;
  let isQuoted = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
    isStart = true;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') cell += text.charAt(at++);
      else isQuoted = false;
    } else if (character === '"' && isStart) {
      isQuoted = true;
      isStart = false;
    } else if (character === separator) {
      endCell();
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text.charAt(at + 1) === '\n') at += 1;
      endCell();
      rows.push(row);
      row = [];
    } else {
      cell += character;
      isStart = false;
    }
  }
  if (cell !== '' || row.length > 0) {
    endCell();
    rows.push(row);
  }
  return rows;
}
