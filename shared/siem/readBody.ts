import { beginsLikeJson } from '../json/beginsLikeJson';
import type { Json } from '../json/Json';
import { decodeUtf8 } from '../text/decodeUtf8';
import { parseBoundedJson } from './parseBoundedJson';
import { unreadable, type Reading } from './Unreadable';

export const MAX_BODY_BYTES = 256 * 1024;
/** How JavaScript writes a hash of digits that the platform has taken for a number: `3.39e+39`, or beyond all `Infinity`. */
const ROUNDED_NUMBER = /^(?:\d(?:\.\d+)?e\+\d+|Infinity)$/;

/** A body as text, and as JSON if that is what it is. */
export type Body =
  | { readonly type: 'json'; readonly value: Json }
  | { readonly type: 'text'; readonly text: string };

export const TOO_LARGE = unreadable(
  'message.tooLarge',
  'The body is larger than 256 KB. Split the message.',
);

/** Checks size, encoding and depth before anything that could choke on them, then parses. */
export function readBody(bytes: Buffer): Reading<Body> {
  if (bytes.byteLength > MAX_BODY_BYTES) return TOO_LARGE;
  const decoded = decodeUtf8(bytes);
  return decoded.ok
    ? readText(decoded.text)
    : unreadable('message.notText', `The body is ${decoded.is}. Send it in UTF-8.`);
}

/** Parses what is meant to be JSON; anything else is text. */
export function readText(text: string): Reading<Body> {
  if (ROUNDED_NUMBER.test(text.trim())) {
    const message = 'The body is a number that has lost digits. Put the value in quotes.';
    return unreadable('body.ambiguousScalar', message);
  }
  if (!beginsLikeJson(text)) return { ok: true, value: { type: 'text', text } };
  const json = parseBoundedJson(text);
  return json.ok ? { ok: true, value: { type: 'json', value: json.value } } : json;
}
