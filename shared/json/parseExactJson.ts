import type { Json } from './Json';

/** A string, so that digits inside it are passed over, or a number. Only for text that is known to be JSON. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** JavaScript holds 15 digits without an exponent exactly; also matches inside strings, harmlessly. */
const LONG_NUMBER = /[\d.]{16}|(?:^|[[:,\s])-?\d[\d.]*e/i;

/**
 * As `JSON.parse`, but a number that JavaScript cannot hold becomes the text that stood there: `4603086877212508601`
 * would come out as another number, `1e999` as infinity. @throws {SyntaxError}
 */
export function parseExactJson(json: string): Json {
  const value = JSON.parse(json) as Json; // which is all it gives
  if (!LONG_NUMBER.test(json)) return value;
  // In the text, as the reviver knows it only from Node 21 on.
  const exact = json.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') || isExact(token) ? token : `"${token}"`,
  );
  return exact === json ? value : (JSON.parse(exact) as Json); // as above
}

function isExact(written: string): boolean {
  return significantDigits(written) === significantDigits(String(Number(written)));
}

/** Spellings of one number have these in common: `1e3`, `1000` and `1000.0` have `1`. */
function significantDigits(number: string): string {
  return number
    .replace(/e.*$/i, '')
    .replaceAll(/[-.]/g, '')
    .replaceAll(/^0+|0+$/g, '');
}
