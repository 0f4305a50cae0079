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
const ITEM = /^(?:\*|(\d{1,2}|[A-Z]{3})(?:-(\d{1,2}|[A-Z]{3}))?)(?:\/([1-9]\d?))?$/;

/** Whether the text is a schedule as timer triggers take it: NCRONTAB with six fields. */
export function isNcrontab(text: string): boolean {
  const fields = text.toUpperCase().split(/\s+/);
  if (text.length > 200 || fields.length !== FIELDS.length) return false;
  return FIELDS.every((field, index) =>
    (fields[index] ?? '').split(',').every((item) => isItem(item, field)),
  );
}

function isItem(item: string, { min, max, names }: (typeof FIELDS)[number]): boolean {
  const match = ITEM.exec(item);
  if (!match) return false;
  const bounds = [match[1], match[2]]
    .filter((bound) => bound !== undefined)
    .map((bound) => (/^\d/.test(bound) ? Number(bound) : names.indexOf(bound) + min));
  const isNamed = [match[1], match[2]].every(
    (bound) => bound === undefined || /^\d/.test(bound) || names.includes(bound),
  );
  const [from = min, to = from] = bounds;
  return isNamed && from >= min && to <= max && from <= to;
}
