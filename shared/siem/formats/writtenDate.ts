import type { Place } from './Place';

/** As in `Nov 20 2026 08:15:00.123 UTC`, of CEF and LEEF; numbers and ISO 8601 need no help. */
const DATE =
  /^([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?: (UTC|GMT|Z|[+-]\d\d:?\d\d))?$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The same instant in ISO 8601, at the same place; anything else as it is. */
export function writtenDate(place: Place): Place {
  const [, month = '', day = '', year = '', time = '', zone = ''] =
    DATE.exec(place.text ?? '') ?? [];
  const number = MONTHS.indexOf(month) + 1;
  if (number === 0) return place;
  const date = `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
  return place.with(`${date}T${time}${zone}`);
}
