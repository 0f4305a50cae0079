import { DAY_MS } from '../clock/durations';

const FIELDS = [
  { name: 'second', min: 0, max: 59, names: '' },
  { name: 'minute', min: 0, max: 59, names: '' },
  { name: 'hour', min: 0, max: 23, names: '' },
  { name: 'day', min: 1, max: 31, names: '' },
  { name: 'month', min: 1, max: 12, names: ' jan feb mar apr may jun jul aug sep oct nov dec' },
  { name: 'day of week', min: 0, max: 6, names: 'sun mon tue wed thu fri sat' },
] as const;
type Field = (typeof FIELDS)[number];

/** Long enough for a 29 February on a given day of the week, over a century without a leap day. */
const HORIZON_DAYS = 41 * 366;

/**
 * An NCRONTAB expression, in UTC: `{second} {minute} {hour} {day} {month} {day of week}`, or five fields without
 * seconds. `*`, `a`, `a-b`, lists, `/step`, and three-letter names of months and days. As in the .NET parser the host
 * uses, day and day of week must both match.
 */
export class NcrontabSchedule {
  private readonly seconds: readonly number[];
  private readonly minutes: readonly number[];
  private readonly hours: readonly number[];
  private readonly days: ReadonlySet<number>;
  private readonly months: ReadonlySet<number>;
  private readonly daysOfWeek: ReadonlySet<number>;

  /** @throws SyntaxError naming the field. */
  constructor(expression: string) {
    const fields = expression.trim().split(/\s+/);
    if (fields.length === 5) fields.unshift('0');
    if (fields.length !== 6) {
      throw new SyntaxError(`Cannot parse schedule "${expression}": it needs six fields.`);
    }
    const [seconds = [], minutes = [], hours = [], days, months, daysOfWeek] = FIELDS.map(
      (field, index) => parseField(fields[index] ?? '', field),
    );
    this.seconds = seconds;
    this.minutes = minutes;
    this.hours = hours;
    this.days = new Set(days);
    this.months = new Set(months);
    this.daysOfWeek = new Set(daysOfWeek);
  }

  /** The first occurrence after `now` (Unix milliseconds), or undefined for a date that never comes. */
  next(now: number): number | undefined {
    const from = Math.floor(now / 1000) * 1000 + 1000;
    const firstDay = Math.floor(from / DAY_MS) * DAY_MS;
    for (let day = 0; day < HORIZON_DAYS; day++) {
      const midnight = firstDay + day * DAY_MS;
      if (!this.includesDay(new Date(midnight))) continue;
      const time = this.firstTime(Math.max(0, from - midnight));
      if (time !== undefined) return midnight + time;
    }
    return undefined;
  }

  private includesDay(date: Date): boolean {
    return (
      this.months.has(date.getUTCMonth() + 1) &&
      this.days.has(date.getUTCDate()) &&
      this.daysOfWeek.has(date.getUTCDay())
    );
  }

  /** The first time of day, in milliseconds, at or after `fromMs`. */
  private firstTime(fromMs: number): number | undefined {
    for (const hour of this.hours) {
      for (const minute of this.minutes) {
        if (((hour * 60 + minute) * 60 + 59) * 1000 < fromMs) continue;
        const base = (hour * 60 + minute) * 60;
        const second = this.seconds.find((one) => (base + one) * 1000 >= fromMs);
        if (second !== undefined) return (base + second) * 1000;
      }
    }
    return undefined;
  }
}

/** The values of a field, ascending. */
function parseField(text: string, field: Field): readonly number[] {
  const values = new Set(text.split(',').flatMap((part) => parsePart(part, field)));
  return [...values].sort((a, b) => a - b);
}

function parsePart(part: string, field: Field): readonly number[] {
  const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (!match) throw invalid(part, field);
  const [, first, last, stepText] = match;
  const step = Number(stepText ?? 1);
  const start = first === undefined ? field.min : parseValue(first, field);
  const openEnd = first === undefined || (last === undefined && stepText !== undefined);
  const end = openEnd ? field.max : parseValue(last ?? first, field);
  if (step === 0 || start > end) throw invalid(part, field);
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
}

function parseValue(text: string, field: Field): number {
  const named = /^[a-z]{3}$/i.test(text) ? field.names.split(' ').indexOf(text.toLowerCase()) : -1;
  const value = named >= 0 ? named : /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= field.min && value <= field.max)) throw invalid(text, field);
  return value;
}

function invalid(text: string, field: Field): SyntaxError {
  return new SyntaxError(`Cannot parse "${text}" as ${field.name}.`);
}
