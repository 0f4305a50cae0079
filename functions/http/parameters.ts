import { z } from 'zod';
import { DAY_MS } from '../../shared/clock/durations';
import { OUTPUT_FORMATS } from '../../shared/projections/OutputFormat';
/** Query parameters that several routes take; all arrive as text. */

/** `?maxAgeMs=`: how old an answer of the cache may be; null = as set. */
export const maxAgeMs = wholeNumber(0, DAY_MS).optional().meta({
  description: 'How old an answer of the cache may be, in milliseconds; 0 asks past the cache',
  example: '0',
});

/** `?format=`: the shape of a record; undefined = `OUTPUT_FORMAT`. */
export const format = z
  .enum(OUTPUT_FORMATS, `must be one of ${OUTPUT_FORMATS.join(', ')}`)
  .optional()
  .meta({
    description: 'Shape of the record; if not given, what OUTPUT_FORMAT says',
    example: 'native',
  });

export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number between ${min} and ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .pipe(z.number().min(min, error).max(max, error));
}

/** `?at=`, as Unix ms. In a query a plus that is not written `%2B` arrives as a space. */
export const instant = z
  .string()
  .meta({ format: 'date-time' })
  .transform((text) => text.replace(/ (?=\d\d:\d\d$)/, '+'))
  .pipe(
    z.iso.datetime({
      offset: true,
      error: 'must be an ISO 8601 instant, such as 2026-11-20T08:15:00Z',
    }),
  )
  .transform((text) => Date.parse(text));

export const flag = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((text) => text === 'true');
