import { z } from 'zod';

/** Without a zone, or in words, a time would be a guess. */
const instantSchema = z.iso.datetime({ offset: true });
const MICROS_DIGITS = 6;

/** Unix microseconds of an instant as Defender writes it, with up to seven digits; null for anything else. */
export function microsOf(text: string | null): bigint | null {
  const { data } = instantSchema.safeParse(text);
  if (data === undefined) return null;
  const [, fraction = ''] = /\.(\d+)/.exec(data) ?? [];
  const secondAt = Date.parse(data.replace(`.${fraction}`, ''));
  if (Number.isNaN(secondAt)) return null;
  const digits = fraction.slice(0, MICROS_DIGITS).padEnd(MICROS_DIGITS, '0');
  return BigInt(secondAt) * 1_000n + BigInt(digits);
}

/** `2026-01-31T02:10:00.123456Z`. */
export function microsText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const second = new Date(Number((micros - fraction) / 1_000n))
    .toISOString()
    .slice(0, -'.000Z'.length);
  return `${second}.${String(fraction).padStart(MICROS_DIGITS, '0')}Z`;
}
