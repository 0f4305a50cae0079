/** Values that a text may hold in all. A page of 10,000 machines has about a million. */
const MAX_VALUES = 3_000_000;
/** What Defender sends is four levels deep; far beyond that, printing what was read could exhaust the stack. */
const MAX_DEPTH = 32;

/**
 * Reads JSON that someone else wrote. Undefined for anything that is not JSON, nests deeper than 32 levels, or holds more
 * than three million values: in few bytes there may be more of them than memory has room for.
 */
export function parseJson(text: string): unknown {
  if (hasTooManyValues(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isWithinDepth(value, MAX_DEPTH) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Counts what separates and opens values, before anything is made of them; inside of texts too, which is on the safe side. */
function hasTooManyValues(text: string): boolean {
  if (text.length <= MAX_VALUES) return false;
  let left = MAX_VALUES;
  for (const mark of [',', '[', '{'])
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1))
      if (--left < 0) return true;
  return false;
}

function isWithinDepth(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((member) => isWithinDepth(member, depth - 1));
}
