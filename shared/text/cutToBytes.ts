/** What one character takes at most: a control character as `\\u0000`. */
const MOST_BYTES = 6;

/**
 * The longest beginning of a text that takes at most `maxBytes` in JSON, quotes aside, as UTF-8. No character is cut in two.
 */
export function cutToBytes(text: string, maxBytes: number): string {
  if (text.length * MOST_BYTES <= maxBytes) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(JSON.stringify(character)) - 2;
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
