import { z } from 'zod';
import { MINUTE_MS } from '../../shared/clock/durations';
import { INDICATOR_KINDS } from '../../shared/indicators/Indicator';
import { KINDS } from '../../shared/kinds/kinds';
import { PRIORITIES } from '../../shared/lookups/Lookup';
import type { JsonObject } from '../../shared/json/Json';
import { fieldOf, toFields } from '../../shared/siem/entryFields';
import { meaningOf, spelling } from '../../shared/siem/spellings';

export const MAX_INDICATORS = 100;

/** A field of the plain form: it is read as in a message, so no value is refused. */
const field = (description: string, type = 'string', more: object = {}) =>
  z
    .unknown()
    .optional()
    .meta({ type, description, ...more });

const entryFields = {
  ...Object.fromEntries(
    INDICATOR_KINDS.map((kind) => KINDS[kind].key).map((key) => [key.name, field(key.description)]),
  ),
  type: field('What the value is, such as ip or sha256'),
  value: field('The value'),
  observedAt: field('When it was seen: without it, a match by IP address is weak'),
  ref: field('Your own mark, handed back'),
};
export const waitMs = z.int().min(0).max(MINUTE_MS).meta({
  description: 'How long to wait for answers, in milliseconds; 20000 if not given',
});
const headFields = {
  id: field('Your id of the event'),
  source: field('Who asks'),
  revision: field('Your revision of the event'),
  priority: field('Who goes first', 'string', { enum: PRIORITIES }),
  notAfter: field('Until when an answer is of use'),
  maxAgeMs: field('How old an answer of the cache may be, in milliseconds', 'integer'),
  tenantId: field('The tenant, if it is to be checked'),
  observedAt: entryFields.observedAt,
  context: field('Handed back with every record; too much of it is cut', 'object'),
  waitMs: waitMs.nullish(),
};

/** One indicator with its fields. */
export const entry = closed(entryFields, Object.keys(entryFields));
/** Any JSON: values without content are left out. */
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const listed = z.union([entry, scalar, z.array(z.unknown())]);

const messageKeys = [...Object.keys({ ...headFields, ...entryFields }), 'indicators'];
const withList = closed({ ...headFields, indicators: z.array(listed) }, messageKeys);
const indicators = z.union([entry, scalar]).optional();
const withOne = closed({ ...headFields, ...entryFields, indicators }, messageKeys);

/** The plain form of a message, without fields that would not be read. */
export const enrichSchema = z.union([z.string(), z.array(listed), withList, withOne]);

/** An object that has no fields but those named, and indicators under any of their usual names, in any spelling of these. */
function closed<T extends z.ZodRawShape>(shape: T, keys: readonly string[]) {
  const known = new Set(keys.map(spelling));
  const object = z.object(shape).meta({ additionalProperties: false });
  return z.preprocess((value, context) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const fields = toFields(value as JsonObject); // bodies are JSON
    const unknown = fields.filter(({ name }) => !known.has(name) && !meaningOf(name));
    if (unknown.length > 0) {
      context.addIssue({ code: 'unrecognized_keys', keys: unknown.map(({ key }) => key) });
    }
    const valueOf = (key: string) => fieldOf(fields, spelling(key))?.value;
    return Object.fromEntries(Object.keys(shape).map((key) => [key, valueOf(key)]));
  }, object);
}
