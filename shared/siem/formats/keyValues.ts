/** A key where a word may begin, so that each character is looked at once. */
const KEY = /(?:^|[\s,;|])([A-Za-z_][\w.-]{0,63})=/g;
const MAX_PAIRS = 1000;

/** The pairs of a text such as `src=10.1.2.3 name="two words"`; a value without quotes ends at white space or a comma. */
export function keyValuesOf(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  KEY.lastIndex = 0;
  for (let found = 0; found < MAX_PAIRS; found++) {
    const match = KEY.exec(text);
    if (!match) break;
    const [, key = ''] = match;
    const end = endOfValue(text, KEY.lastIndex);
    const value = text.slice(KEY.lastIndex, end).replaceAll(/^"|"$/g, '').replaceAll('\\"', '"');
    if (!pairs.has(key)) pairs.set(key, value);
    KEY.lastIndex = end;
  }
  return pairs;
}

function endOfValue(text: string, start: number): number {
  if (text[start] !== '"') {
    const rest = /[\s,;|]/g;
    rest.lastIndex = start;
    return rest.exec(text)?.index ?? text.length;
  }
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}
