const MAX_LENGTH = 256;
/** Control and format characters (bidirectional marks among them), line and paragraph separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** A foreign service's message, fit for an error and one line of a log: at most 256 characters of plain text. */
export function printable(text: string): string {
  return text
    .slice(0, 4 * MAX_LENGTH)
    .replaceAll(UNPRINTABLE, ' ')
    .trim()
    .slice(0, MAX_LENGTH);
}
