import type { Json } from '../json/Json';
import { parseExactJson } from '../json/parseExactJson';
import { countKeys, withoutRepeatedKeys } from '../json/withoutRepeatedKeys';
import { unreadable, type Reading } from './Unreadable';

const MAX_DEPTH = 16;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Parses text that begins like JSON, if it nests no deeper than 16 levels: the readers of what comes of it may be recursive.
 * Of equal keys of an object all are kept, the further ones as `key+`, `key++`.
 */
export function parseBoundedJson(text: string): Reading<Json> {
  const { depth, keys } = measure(text);
  if (depth > MAX_DEPTH) {
    return unreadable('message.tooDeep', `The body nests deeper than ${MAX_DEPTH} levels.`);
  }
  try {
    const value = parseExactJson(text.trim());
    const isWhole = countKeys(value) === keys;
    return { ok: true, value: isWhole ? value : parseExactJson(withoutRepeatedKeys(text.trim())) };
  } catch {
    return unreadable('message.notJson', 'The body begins like JSON but is not.');
  }
}

/** Deepest nesting of brackets outside strings, and the colons there, one a key; a loop, as recursion is what deep input kills. */
function measure(json: string): { readonly depth: number; readonly keys: number } {
  let depth = 0;
  let deepest = 0;
  let keys = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) isInString = !isInString;
    else if (isInString) at += code === BACKSLASH ? 1 : 0;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    else if (code === COLON) keys++;
  }
  return { depth: deepest, keys };
}
