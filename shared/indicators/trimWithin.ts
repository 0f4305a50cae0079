/** Marks for the direction of text, of no width, and of byte order, which come along when a value is copied. */
const INVISIBLE = /^[\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]$/;

/** Trims white space and invisible marks. What is still longer than `maxLength` becomes '', so that no pattern reads it. */
export function trimWithin(maxLength: number, text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && INVISIBLE.test(text.charAt(start))) start++;
  while (end > start && INVISIBLE.test(text.charAt(end - 1))) end--;
  return end - start > maxLength ? '' : text.slice(start, end);
}
