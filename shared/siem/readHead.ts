import { z } from 'zod';
import { PRIORITIES, type Ignored } from '../enrichment/Lookup';
import { exactText, isGiven, toText, type Fields } from './fields';
import { readTime, EARLIEST_AT } from './readTime';
import type { GivenTime, SiemRequest } from './SiemRequest';

/** What a message says besides its indicators. */
export type Head = Pick<
  SiemRequest,
  'eventId' | 'source' | 'revision' | 'priority' | 'notAfter' | 'maxAgeMs' | 'tenantId' | 'ignored'
> & {
  /** When its event was. */
  readonly time: GivenTime | null;
};

/** An id that is cut would be another one's. */
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
export function readHead(message: Fields): Head {
  const ignored: Ignored[] = [];
  const read = <T>(
    path: string,
    schema: z.ZodType<T>,
    code: Ignored['code'] = 'field.malformed',
  ): T | null => {
    const value = message[path];
    if (!isGiven(value)) return null;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    ignored.push({ path, code });
    return null;
  };
  const { observedAt, tenantId } = message;
  return {
    eventId: read('id', id),
    source: read('source', exactText),
    revision: read('revision', id),
    priority: read('priority', priority) ?? 'normal',
    notAfter: read('notAfter', instant, 'time.malformed'),
    maxAgeMs: read('maxAgeMs', duration),
    // Never ignored: what is no id of this tenant is another's.
    tenantId: isGiven(tenantId) ? toText(tenantId) : null,
    time: isGiven(observedAt)
      ? { ...readTime(toText(observedAt)), from: 'event', path: 'observedAt' }
      : null,
    ignored,
  };
}
