import { z } from 'zod';
import { ENDPOINTS } from '../routes/matchRoute';

const retryAfterSeconds = z.int().nonnegative().optional();

/** What goes wrong with one call. */
export const Fault = z.discriminatedUnion('kind', [
  /** The service's error envelope; code and message default to those of the status. No `Retry-After` unless given. */
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    code: z.string().optional(),
    message: z.string().optional(),
    retryAfterSeconds,
  }),
  /** 429 well below the count quota: the tenant used up its CPU share. */
  z.strictObject({ kind: z.literal('cpuQuota'), retryAfterSeconds }),
  /** The connection stays open and nothing is ever sent. */
  z.strictObject({ kind: z.literal('noAnswer') }),
  /** The connection is cut before anything is sent. */
  z.strictObject({ kind: z.literal('disconnect') }),
  /** The right answer, in `chunks` pieces, `intervalMs` before each. */
  z.strictObject({
    kind: z.literal('slow'),
    chunks: z.int().positive().default(4),
    intervalMs: z.number().nonnegative(),
  }),
  /** The first half of the right answer, ended as if it were whole. */
  z.strictObject({ kind: z.literal('truncated') }),
  /** Any text instead of the right answer: HTML by default, `''` for an empty body, JSON of a wrong type. */
  z.strictObject({
    kind: z.literal('body'),
    status: z.int().min(200).max(599).default(200),
    contentType: z.string().default('text/html; charset=utf-8'),
    body: z.string().default('<html><body><h1>Service is being updated</h1></body></html>'),
  }),
  /** Valid JSON of this many MiB. */
  z.strictObject({ kind: z.literal('giant'), megabytes: z.number().positive() }),
  /** The same, gzip-compressed about a thousandfold. */
  z.strictObject({ kind: z.literal('gzipBomb'), megabytes: z.number().positive() }),
  z.strictObject({
    kind: z.literal('redirect'),
    status: z.literal([301, 302, 303, 307, 308]).default(302),
    location: z.string(),
  }),
  /** The right answer with this `@odata.nextLink`. */
  z.strictObject({ kind: z.literal('nextLink'), value: z.string() }),
  /** A list without entries, whatever it should hold. */
  z.strictObject({ kind: z.literal('emptyList') }),
]);
export type Fault = z.output<typeof Fault>;

/** Which calls go wrong: of those to `endpoint`, after the first `after`, `times` calls, each with `probability`. */
export const FaultRule = z.strictObject({
  endpoint: z.enum([...ENDPOINTS, 'any']),
  /** Only calls whose decoded path and query contain this text, in any letter case. Default: all. */
  of: z.string().min(1).optional(),
  fault: Fault,
  after: z.int().nonnegative().default(0),
  /** Default: 1, or `always` if a probability is given. */
  times: z.union([z.int().positive(), z.literal('always')]).optional(),
  probability: z.number().positive().max(1).optional(),
});
export type FaultRule = z.output<typeof FaultRule>;
