const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Two units at most: `0.4 s`, `34 s`, `5 min`, `1 h 20 min`, `2 d 3 h`. */
export function duration(ms: number): string {
  const known = Math.max(0, ms);
  if (known < 9_950) return `${(known / SECOND_MS).toFixed(1).replace('.0', '')} s`;
  if (known < 99_500) return `${Math.round(known / SECOND_MS)} s`;
  const minutes = Math.round(known / MINUTE_MS);
  if (minutes < 100) return `${minutes} min`;
  return known < 2 * DAY_MS
    ? twoUnits([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min'])
    : twoUnits([Math.floor(known / DAY_MS), 'd'], [Math.floor((known % DAY_MS) / HOUR_MS), 'h']);
}

function twoUnits([many, large]: [number, string], [few, small]: [number, string]): string {
  return few === 0 ? `${many} ${large}` : `${many} ${large} ${few} ${small}`;
}

/** `1,234`. */
export const count = (value: number): string => value.toLocaleString('en');

/** `87 %`; of nothing a dash. */
export const percent = (part: number, whole: number): string =>
  whole === 0
    ? '–'
    : part > 0 && part < whole / 100
      ? '< 1 %'
      : `${Math.round((100 * part) / whole)} %`;

/** Time of day where the reader is, with the date if that is another day than `now`'s. */
export function clockTime(at: number, now: number): string {
  const [then, today] = [new Date(at), new Date(now)];
  const time = then.toLocaleTimeString('en-GB');
  if (then.toDateString() === today.toDateString()) return time;
  return `${then.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time}`;
}

/** `now`, or how long until then and when that is. */
export function upcoming(at: number, now: number): string {
  return at - now < SECOND_MS ? 'now' : `in ${duration(at - now)} (${clockTime(at, now)})`;
}

/** `1 call`, `2 calls`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
