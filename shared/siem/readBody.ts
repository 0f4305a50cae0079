import { beginsLikeJson } from '../json/beginsLikeJson';
import type { Json } from '../json/Json';
import { parseExactJson } from '../json/parseExactJson';
import { decodeUtf8 } from '../text/decodeUtf8';
import { unreadable, type Reading } from './Unreadable';

export const MAX_BODY_BYTES = 256 * 1024;
const MAX_DEPTH = 16;
/** How JavaScript writes a hash of digits that the platform has taken for a number: `3.39e+39`, or beyond all `Infinity`. */
const ROUNDED_NUMBER = /^(?:\d(?:\.\d+)?e\+\d+|Infinity)$/;

/** A body as text, and as JSON if that is what it is. */
export type Body =
  | { readonly type: 'json'; readonly value: Json }
  | { readonly type: 'text'; readonly text: string };

/** Checks size, encoding and depth before anything that could choke on them, then parses. */
export function readBody(bytes: Buffer): Reading<Body> {
  if (bytes.byteLength > MAX_BODY_BYTES) {
    return unreadable('message.tooLarge', 'The body is larger than 256 KB. Split the message.');
  }
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) {
    return unreadable('message.notText', `The body is ${decoded.is}. Send it in UTF-8.`);
  }
  const { text } = decoded;
  if (ROUNDED_NUMBER.test(text.trim())) {
    const message = 'The body is a number that has lost digits. Put the value in quotes.';
    return unreadable('body.ambiguousScalar', message);
  }
  if (!beginsLikeJson(text)) return { ok: true, value: { type: 'text', text } };
  if (depthOf(text) > MAX_DEPTH) {
    return unreadable('message.tooDeep', `The body nests deeper than ${MAX_DEPTH} levels.`);
  }
  try {
    return { ok: true, value: { type: 'json', value: parseExactJson(text.trim()) } };
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
