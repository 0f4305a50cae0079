import { printable } from '../../shared/http/printable';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json/Json';

/** The longest text in a result; one that ends in an ellipsis was longer. */
export const MAX_TEXT_LENGTH = 1024;
const CUT = '…';

/**
 * What a tool answers, with every text in it as plain text: names of devices, tags and titles of alerts are chosen by
 * others, and must neither hide anything nor outgrow the rest.
 */
export function plainData(data: JsonObject): JsonObject {
  const entries = Object.entries(data).map(([key, value]) => [plainText(key), plain(value)]);
  return Object.fromEntries(entries) as JsonObject;
}

function plain(value: Json): Json {
  if (typeof value === 'string') return plainText(value);
  if (Array.isArray(value)) return value.map(plain);
  return isJsonObject(value) ? plainData(value) : value;
}

function plainText(text: string): string {
  const shown = printable(text, MAX_TEXT_LENGTH + 1);
  if (shown.length <= MAX_TEXT_LENGTH) return shown;
  return `${printable(shown, MAX_TEXT_LENGTH - CUT.length)}${CUT}`;
}
