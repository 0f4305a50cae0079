const MAX_LENGTH = 256;
/**
 * Control and format characters (bidirectional marks among them), line and paragraph separators, halves of characters,
 * and what is not shown although it is a letter or a mark, such as a variation selector.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;
const HALF = /\p{Cs}$/u;

/** A foreign text, fit for an error and one line of a log: at most `maxLength` characters that are plain to see. */
export function printable(text: string, maxLength = MAX_LENGTH): string {
  return text
    .slice(0, 4 * maxLength)
    .replaceAll(UNPRINTABLE, ' ')
    .trim()
    .slice(0, maxLength)
    .replace(HALF, '');
}
