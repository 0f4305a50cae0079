import { z } from 'zod';
import { reasonSchema } from '../errors/Reason';
import { INDICATOR_KINDS, SUBJECT_KINDS } from '../indicators/Indicator';

const text = z.string();
const textOrNull = text.nullable();
const count = z.int().min(0);

/** A name by hash: its letter, and 40 hex digits. */
export function idSchema(prefix: string) {
  const pattern = new RegExp(`^${prefix}_[0-9a-f]{40}$`);
  return text.refine((id) => pattern.test(id), 'not an id of this app');
}

export const IGNORED_CODES = [
  'field.malformed',
  'field.unknown',
  'time.malformed',
  'time.implausible',
] as const;

/**
 * What a lookup carries of its request and its record repeats. Instants are Unix ms in a lookup, ISO 8601 in a record.
 * A field that earlier versions did not write needs a default, as their messages are still read.
 */
export const requestFields = <Instant extends z.ZodType>(instant: Instant) => ({
  id: idSchema('r'),
  source: text,
  channel: z.enum(['queue', 'http']),
  eventId: textOrNull.describe('The id that the request gave itself'),
  messageId: textOrNull,
  correlationId: textOrNull,
  /** When the input was enqueued, or received over HTTP. */
  receivedAt: instant,
  context: z.record(text, z.union([text, z.number(), z.boolean()])),
  contextCut: z.boolean(),
  ignored: z
    .array(z.strictObject({ path: text, code: z.enum(IGNORED_CODES) }))
    .default([])
    .describe('Fields that could not be used, 20 at most'),
  leftOutCount: count.default(0).describe('Entries and fields that named nothing to look up'),
});

/** What a lookup carries of its indicator and its record repeats, under the same rules. */
export const indicatorFields = <Instant extends z.ZodType>(instant: Instant) => ({
  kind: z.enum(SUBJECT_KINDS).describe('unknown: recognisably nothing'),
  value: text.describe('In canonical form'),
  original: text.describe('As it came'),
  ref: textOrNull.describe('Your own mark on the entry'),
  path: text.describe('Where it stood in the request'),
  scope: z.enum(['internal', 'external']).nullable().describe('Of an IP address'),
  observedAt: instant,
  observedAtFrom: z.enum(['indicator', 'event', 'enqueued']),
  observedAtGiven: textOrNull.default(null).describe('The text of a time that could not be used'),
  zoneAssumed: z
    .boolean()
    .default(false)
    .describe('Whether the time bore no zone and was read as UTC'),
  alternatives: z
    .array(
      z.strictObject({
        kind: z.enum(INDICATOR_KINDS),
        value: text,
        path: text,
        observedAt: instant.nullable(),
        tried: z.boolean().describe('Whether Defender was to be asked for it'),
      }),
    )
    .describe(
      'Other values that the request gave for the same thing, tried in this order when the value itself is not seen',
    ),
  also: z
    .array(z.strictObject({ path: text, original: text, observedAt: instant.nullable() }))
    .default([])
    .describe('Equal entries that this record answers too, 20 at most'),
});

/** Entries and fields that name nothing to look up. */
export const leftOutSchema = z.strictObject({
  value: text.describe('Its first 128 characters'),
  path: text,
  reason: reasonSchema,
});
export type LeftOut = Readonly<z.infer<typeof leftOutSchema>>;
