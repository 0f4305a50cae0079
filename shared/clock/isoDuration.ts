import { z } from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './durations';

const PATTERN = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const UNITS_MS = [DAY_MS, HOUR_MS, MINUTE_MS, 1000];

/** ISO 8601 duration of days, hours, minutes and seconds (`PT5M`, `P14D`, `PT0.5S`), parsed to milliseconds. */
export const isoDuration = z.string().transform((text, context): number => {
  const parts = PATTERN.exec(text);
  if (!parts || !/\d[DHMS]$/.test(text)) {
    context.addIssue({ code: 'custom', message: 'not an ISO 8601 duration such as PT5M or P14D' });
    return z.NEVER;
  }
  return UNITS_MS.reduce((sum, unitMs, index) => sum + unitMs * Number(parts[index + 1] ?? 0), 0);
});

/** The shortest form: `PT1M` for a minute, `PT0S` for nothing. */
export function toIsoDuration(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const hours = Math.floor(ms / HOUR_MS) % 24;
  const minutes = Math.floor(ms / MINUTE_MS) % 60;
  const seconds = (ms % MINUTE_MS) / 1000;
  const date = days > 0 ? `${days}D` : '';
  const time = [hours && `${hours}H`, minutes && `${minutes}M`, seconds && `${seconds}S`];
  const text = `${date}${time.some(Boolean) ? 'T' : ''}${time.filter(Boolean).join('')}`;
  return `P${text || 'T0S'}`;
}
