/** The longest beginning of a text that takes at most `maxBytes` in UTF-8, without a character cut in two. */
export function cutToBytes(text: string, maxBytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}
