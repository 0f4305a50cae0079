import { nextTurn } from '../clock/inTurns';

/** Values that a text may hold in all. A page of 10,000 machines has about a million. */
const MAX_VALUES = 3_000_000;
/** What Defender sends is four levels deep; far beyond that, printing what was read could exhaust the stack. */
const MAX_DEPTH = 32;
/** Parsed in some ten milliseconds. */
const LONG_CHARACTERS = 1_000_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

/**
 * Reads JSON that someone else wrote. Undefined for anything that is not JSON, nests deeper than 32 levels, or holds more
 * than three million values: in few bytes there may be more of them than memory has room for.
 */
export function parseJson(text: string): unknown {
  return isBounded(text) ? parse(text) : undefined;
}

/** The same, but everything else that waits gets its turn between the steps of a long text. */
export async function parseJsonInTurns(text: string): Promise<unknown> {
  if (text.length < LONG_CHARACTERS) return parseJson(text);
  await nextTurn();
  const mayParse = isBounded(text);
  await nextTurn();
  const value = mayParse ? parse(text) : undefined;
  await nextTurn();
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Counts what opens and separates values, outside of texts, before anything is made of them. */
function isBounded(text: string): boolean {
  let values = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === COMMA) values += 1;
    else if (CLOSING.includes(code)) depth -= 1;
    else if (OPENING.includes(code)) {
      values += 1;
      depth += 1;
    }
    if (values > MAX_VALUES || depth > MAX_DEPTH) return false;
  }
  return true;
}

/** Where the text that begins at a quote has its closing one. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}
