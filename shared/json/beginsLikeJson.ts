/** Whether a text is meant to be JSON with something in it: a list, an object or a string. A byte order mark may stand before it. */
export function beginsLikeJson(text: string): boolean {
  return /^\s*[[{"]/.test(text);
}
