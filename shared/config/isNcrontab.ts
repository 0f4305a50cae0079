const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Second, minute, hour, day, month, day of week. */
const FIELDS: readonly { min: number; max: number; names: readonly string[] }[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];
const MAX_LENGTH = 200;
const ITEM = /^(?:\*|(\d{1,2}|[A-Z]{3})(?:-(\d{1,2}|[A-Z]{3}))?)(?:\/([1-9]\d?))?$/;

/** Whether the text is a schedule as timer triggers take it: NCRONTAB with six fields. */
export function isNcrontab(text: string): boolean {
  const fields = text.length > MAX_LENGTH ? [] : text.toUpperCase().split(/\s+/);
  if (fields.length !== FIELDS.length) return false;
  return FIELDS.every((field, index) =>
    (fields[index] ?? '').split(',').every((item) => isItem(item, field)),
  );
}

function isItem(item: string, { min, max, names }: (typeof FIELDS)[number]): boolean {
  const match = ITEM.exec(item);
  if (!match) return false;
  // An unknown name reads as one less than the least.
  const read = (bound: string) => (/^\d/.test(bound) ? Number(bound) : names.indexOf(bound) + min);
  const from = match[1] === undefined ? min : read(match[1]);
  const to = match[2] === undefined ? from : read(match[2]);
  return from >= min && from <= to && to <= max;
}
