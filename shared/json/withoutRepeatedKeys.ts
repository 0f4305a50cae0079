import { isJsonObject, type Json } from './Json';

/** A string, and whether it is a key; or a bracket. Only for text that is known to be JSON. */
const STRING_OR_BRACKET = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[[\]{}]/g;

/** As names are to stay short. */
const MAX_REPEATS = 40;

/**
 * The same JSON with `+` appended to a key that its object already has, as `JSON.parse` keeps only the last of equal keys:
 * `{"ip": 1, "ip+": 2}` for `{"ip": 1, "ip": 2}`. Of more than 40 the last one is kept.
 */
export function withoutRepeatedKeys(json: string): string {
  /** Of each object that is open: how often it has each key. */
  const open: Map<string, number>[] = [];
  return json.replace(STRING_OR_BRACKET, (token, text: string | undefined, colon?: string) => {
    if (token === '{' || token === '[') open.push(new Map());
    else if (token === '}' || token === ']') open.pop();
    const known = open.at(-1);
    if (text === undefined || colon === undefined || !known) return token;
    const key = JSON.parse(text) as string; // a JSON string
    const distinct = distinctFrom(known, key);
    return distinct === key ? token : `${JSON.stringify(distinct)}${colon}`;
  });
}

function distinctFrom(known: Map<string, number>, key: string): string {
  let times = known.get(key) ?? 0;
  while (times > 0 && times < MAX_REPEATS && known.has(key + '+'.repeat(times))) times++;
  const distinct = key + '+'.repeat(times);
  known.set(key, Math.min(times + 1, MAX_REPEATS));
  if (times > 0) known.set(distinct, known.get(distinct) ?? 1);
  return distinct;
}

/** How many keys all its objects have together. Recursive: the value must not nest deep. */
export function countKeys(value: Json): number {
  if (value === null || typeof value !== 'object') return 0;
  const inside = isJsonObject(value) ? Object.values(value) : value;
  const own = isJsonObject(value) ? inside.length : 0;
  return inside.reduce<number>((sum, each) => sum + countKeys(each), own);
}
