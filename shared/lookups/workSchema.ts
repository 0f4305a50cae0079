import { z } from 'zod';
import { instantSchema as instant } from '../clock/instantSchema';
import { ENDPOINT_IDS } from '../defender/endpointIds';
import { INDICATOR_KINDS } from '../indicators/Indicator';
import { KINDS } from '../kinds/kinds';
import { ticketSchema } from '../quota/ticketSchema';
import { ASKS, IGNORED_CODES, PRIORITIES } from './Lookup';
import { idSchema, reasonSchema } from '../records/recordSchema';
import { refusalsSchema } from '../calls/refusalsSchema';
import { underNewNames } from '../messaging/underNewNames';
import { STEP_ENDPOINTS, STEP_NAMES } from '../calls/steps';

const text = z.string();
const textOrNull = z.string().nullable();
const count = z.int().min(0);

/** Fields that messages of earlier versions lack have defaults. */
export const subjectSchema = z.object({
  kind: z.enum(INDICATOR_KINDS),
  value: text,
  original: text,
  ref: textOrNull,
  path: text,
  scope: z.enum(['internal', 'external']).nullable(),
  observedAt: instant,
  observedAtFrom: z.enum(['indicator', 'event', 'enqueued']),
  observedAtGiven: textOrNull.default(null),
  zoneAssumed: z.boolean().default(false),
  alternatives: z.array(
    z.object({
      kind: z.enum(INDICATOR_KINDS),
      value: text,
      path: text,
      observedAt: instant.nullable(),
      tried: z.boolean(),
    }),
  ),
  also: z
    .array(z.object({ path: text, original: text, observedAt: instant.nullable() }))
    .default([]),
});

const requestSchema = z.object({
  id: idSchema('r'),
  source: text,
  channel: z.enum(['queue', 'http']),
  eventId: textOrNull,
  messageId: textOrNull,
  correlationId: textOrNull,
  receivedAt: instant,
  context: z.record(text, z.union([text, z.number(), z.boolean()])),
  contextCut: z.boolean(),
  ignored: z.array(z.object({ path: text, code: z.enum(IGNORED_CODES) })).default([]),
  leftOutCount: count.default(0),
});

/** A lookup as JSON: its value object is made anew from the canonical value. */
export const lookupSchema = z
  .object({
    id: idSchema('l'),
    tenantId: text,
    request: requestSchema,
    position: count,
    of: count,
    subject: subjectSchema,
    replyTo: z.enum(['queue', 'request']),
    priority: z.enum(PRIORITIES),
    asks: z.enum(ASKS).default('all'),
    expiresAt: instant,
    maxAgeMs: count.nullable(),
  })
  .transform((lookup, context) => {
    const { kind, value } = lookup.subject;
    const parsed = KINDS[kind].parse(value);
    if (parsed.ok) return { ...lookup, indicator: parsed.indicator };
    context.addIssue({ code: 'custom', message: parsed.problem.code });
    return z.NEVER;
  });

/** What travels packed: in the message, or, if it is large, in the blob of that name. */
const packedSchema = z.union([z.object({ gzip: text }), z.object({ blob: text })]);
export type Packed = z.infer<typeof packedSchema>;

const stepHead = { step: z.enum(STEP_NAMES), endpoint: z.enum(ENDPOINT_IDS) };
const packedResultSchema = z
  .union([
    z.object({
      ...stepHead,
      outcome: z.literal('answered'),
      answer: packedSchema,
      calledAt: instant,
      fromCache: z.boolean(),
      waitedMs: z.number(),
    }),
    z.object({
      ...stepHead,
      outcome: z.enum(['denied', 'expired', 'failed', 'invalid']),
      reason: reasonSchema,
    }),
  ])
  .refine(({ step, endpoint }) => STEP_ENDPOINTS[step] === endpoint);
export type PackedResult = z.infer<typeof packedResultSchema>;

const head = { schemaVersion: z.literal('1.0'), generation: count, hop: count };

const currentWorkSchema = z.discriminatedUnion('type', [
  z.object({
    ...head,
    type: z.literal('lookup'),
    lookup: lookupSchema,
    isRecheck: z.boolean(),
    freshSinceAt: instant,
    progress: z.array(packedResultSchema).max(STEP_NAMES.length),
    step: z.enum(STEP_NAMES),
    failures: count,
    tokenRefreshed: z.boolean(),
    isWaiting: z.boolean(),
    refusals: refusalsSchema,
    ticket: ticketSchema.nullable(),
  }),
  z.object({
    ...head,
    type: z.literal('publish'),
    lookupId: idSchema('[el]'),
    record: packedSchema,
  }),
  z.object({ ...head, type: z.literal('quarantine'), id: idSchema('q'), copy: packedSchema }),
]);
/** What a message on the work queue says, also under the names that earlier versions gave its fields. */
export const packedWorkSchema = z.preprocess(
  underNewNames({ attempt: 'failures', secondLook: 'isRecheck' }),
  currentWorkSchema,
);
export type PackedWork = z.infer<typeof packedWorkSchema>;

/** Of a message to the quarantine queue: its body is text, and its id that of the work. */
export const copySchema = z.object({
  body: text,
  correlationId: text.optional(),
  applicationProperties: z.record(text, text),
});
