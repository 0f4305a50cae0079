import type { Json } from '../json/Json';
import { parseExactJson } from '../json/parseExactJson';
import { unreadable, type Reading } from './Unreadable';

const MAX_DEPTH = 16;

/** Parses text that begins like JSON, if it nests no deeper than 16 levels: the readers of what comes of it may be recursive. */
export function parseBoundedJson(text: string): Reading<Json> {
  if (depthOf(text) > MAX_DEPTH) {
    return unreadable('message.tooDeep', `The body nests deeper than ${MAX_DEPTH} levels.`);
  }
  try {
    return { ok: true, value: parseExactJson(text.trim()) };
  } catch {
    return unreadable('message.notJson', 'The body begins like JSON but is not.');
  }
}

/** Deepest nesting of brackets outside strings; a loop, as recursion is what deep input kills. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (isInString) {
      if (character === '\\') i++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}
