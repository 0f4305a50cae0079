import { z } from 'zod';
import { PRIORITIES, type Ignored } from '../lookups/Lookup';
import { fieldOf, type Field } from './entryFields';
import { exactText, isGiven, toText } from './fields';
import { readTime, EARLIEST_AT } from './readTime';
import type { GivenTime, SiemRequest } from './SiemRequest';

/** What a message holds besides its indicators. */
export type Head = Pick<
  SiemRequest,
  'eventId' | 'source' | 'revision' | 'priority' | 'notAfter' | 'maxAgeMs' | 'tenantIds' | 'ignored'
>;

const HEAD_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'source',
  'revision',
  'priority',
  'notafter',
  'maxagems',
  'tenantid',
  'observedat',
  'ref',
  'context',
  'indicators',
  'waitms',
]);
/** A longer id is not cut, as it would then be that of another event. */
const id = exactText.pipe(z.string().max(1024));
const priority = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.enum(PRIORITIES));
const duration = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ])
  .pipe(z.int().min(0));
const instant = z
  .union([z.string(), z.number()])
  .transform((value) => readTime(value).at)
  .pipe(z.number().min(EARLIEST_AT));

/** Reads what can only mean one thing; a field that cannot be used is ignored and listed, and the rest counts. */
export function readHead(fields: readonly Field[]): Head {
  const ignored: Ignored[] = [];
  const read = <T>(
    name: string,
    schema: z.ZodType<T>,
    code: Ignored['code'] = 'field.malformed',
  ): T | null => {
    const field = fieldOf(fields, name);
    if (!field || !isGiven(field.value)) return null;
    const parsed = schema.safeParse(field.value);
    if (parsed.success) return parsed.data;
    ignored.push({ path: field.key, code });
    return null;
  };
  const tenantIds = fields.filter(({ name, value }) => name === 'tenantid' && isGiven(value));
  return {
    eventId: read('id', id),
    source: read('source', exactText),
    revision: read('revision', id),
    priority: read('priority', priority) ?? 'normal',
    notAfter: read('notafter', instant, 'time.malformed'),
    maxAgeMs: read('maxagems', duration),
    // Never ignored, in whatever spelling: a value other than this tenant's id is another tenant's.
    tenantIds: tenantIds.map(({ value }) => toText(value)),
    ignored,
  };
}

/** Whether the plain form has a field of that spelling about the whole message. */
export function isHeadField(name: string): boolean {
  return HEAD_FIELDS.has(name);
}

/** When the event of a message was; null if not given. */
export function readEventTime(fields: readonly Field[]): GivenTime | null {
  const time = fieldOf(fields, 'observedat');
  if (!time || !isGiven(time.value)) return null;
  return { ...readTime(toText(time.value)), from: 'event', path: time.key };
}
