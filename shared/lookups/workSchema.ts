import { z } from 'zod';
import { instantSchema as instant } from '../clock/instantSchema';
import { ENDPOINT_IDS } from '../defender/endpointIds';
import { INDICATOR_KINDS } from '../indicators/Indicator';
import { KINDS } from '../kinds/kinds';
import { ticketSchema } from '../quota/ticketSchema';
import { ASKS, PRIORITIES, requestInfoSchema, subjectSchema } from './Lookup';
import { reasonSchema } from '../errors/Reason';
import { asStored } from '../records/asStored';
import { recordSchema, type EnrichmentRecord } from '../records/EnrichmentRecord';
import { idSchema } from '../records/requestFields';
import { storedRequestRecordSchema } from '../requestRecords/RequestRecord';
import { refusalsSchema } from '../calls/refusalsSchema';
import { underNewNames } from '../messaging/underNewNames';
import { STEP_ENDPOINTS, STEP_NAMES } from '../calls/steps';

const text = z.string();
const count = z.int().min(0);

/** A lookup as JSON: its value object is made anew from the canonical value. */
export const lookupSchema = z
  .object({
    id: idSchema('l'),
    tenantId: text,
    request: asStored(requestInfoSchema),
    position: count,
    of: count,
    subject: asStored(subjectSchema.extend({ kind: z.enum(INDICATOR_KINDS) })),
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
      batch: z.object({ list: z.enum(ENDPOINT_IDS), size: count }).optional(),
    }),
    z.object({
      ...stepHead,
      outcome: z.enum(['denied', 'expired', 'failed', 'invalid']),
      reason: asStored(reasonSchema),
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
    batch: z.string().nullable().default(null),
    refusals: refusalsSchema,
    ticket: ticketSchema.nullable(),
  }),
  z.object({
    ...head,
    type: z.literal('publish'),
    lookupId: idSchema('[els]'),
    record: packedSchema,
  }),
  z.object({ ...head, type: z.literal('note'), lookupId: idSchema('[el]'), record: packedSchema }),
  z.object({
    ...head,
    type: z.literal('partial'),
    requestId: idSchema('r'),
    receivedAt: instant,
    correlationId: text.nullable(),
  }),
  z.object({ ...head, type: z.literal('quarantine'), id: idSchema('q'), copy: packedSchema }),
]);
/** What a message on the work queue says, also under the names that earlier versions gave its fields. */
export const packedWorkSchema = z.preprocess(
  underNewNames({ attempt: 'failures', secondLook: 'isRecheck' }),
  currentWorkSchema,
);
export type PackedWork = z.infer<typeof packedWorkSchema>;

/** A record that waits to be noted. */
export const storedRecordSchema: z.ZodType<EnrichmentRecord> = asStored(recordSchema);

/** A record that waits to be published. */
export const publishedSchema = z.union([storedRecordSchema, storedRequestRecordSchema]);

/** Of a message to the quarantine queue: its body is text, and its id that of the work. */
export const copySchema = z.object({
  body: text,
  correlationId: text.optional(),
  applicationProperties: z.record(text, text),
});
