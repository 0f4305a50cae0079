import { z } from 'zod';
import { ENDPOINT_IDS } from '../defender/endpointIds';
import { INDICATOR_KINDS, type IndicatorKind } from '../indicators/Indicator';
import { parseIndicator } from '../indicators/parseIndicator';
import { ticketSchema } from '../quota/ticketSchema';
import { ASKS, IGNORED_CODES, PRIORITIES } from './Lookup';
import { STEP_NAMES } from './steps';

const text = z.string();
const textOrNull = z.string().nullable();
const instant = z.number();

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
      ...{ value: text, path: text, observedAt: instant.nullable(), tried: z.boolean() },
    }),
  ),
  also: z
    .array(z.object({ path: text, original: text, observedAt: instant.nullable() }))
    .default([]),
});

const requestSchema = z.object({
  id: text,
  source: text,
  channel: z.enum(['queue', 'http']),
  eventId: textOrNull,
  messageId: textOrNull,
  correlationId: textOrNull,
  receivedAt: instant,
  context: z.record(text, z.union([text, z.number(), z.boolean()])),
  contextCut: z.boolean(),
  ignored: z.array(z.object({ path: text, code: z.enum(IGNORED_CODES) })).default([]),
  leftOutCount: z.number().default(0),
});

/** A lookup as JSON: its value object is made anew from the canonical value. */
export const lookupSchema = z
  .object({
    id: text,
    tenantId: text,
    request: requestSchema,
    position: z.number(),
    of: z.number(),
    subject: subjectSchema,
    replyTo: z.enum(['queue', 'request']),
    priority: z.enum(PRIORITIES),
    asks: z.enum(ASKS).default('all'),
    expiresAt: instant,
    maxAgeMs: z.number().nullable(),
  })
  .transform((lookup, context) => {
    const parsed = parseIndicator(
      lookup.subject.kind satisfies IndicatorKind,
      lookup.subject.value,
    );
    if (parsed.ok) return { ...lookup, indicator: parsed.indicator };
    context.addIssue({ code: 'custom', message: parsed.problem.code });
    return z.NEVER;
  });

const stepHead = { step: z.enum(STEP_NAMES), endpoint: z.enum(ENDPOINT_IDS) };

/** An answer travels packed, in the message or, if large, in a blob. */
const packedResultSchema = z.union([
  z.object({
    ...stepHead,
    outcome: z.literal('answered'),
    answer: z.union([z.object({ gzip: text }), z.object({ blob: text })]),
    calledAt: instant,
    fromCache: z.boolean(),
    waitedMs: z.number(),
  }),
  z.object({
    ...stepHead,
    outcome: z.enum(['denied', 'expired', 'failed', 'invalid']),
    reason: z.object({ code: text, message: text }),
  }),
]);
export type PackedResult = z.infer<typeof packedResultSchema>;

export const packedWorkSchema = z.discriminatedUnion('type', [
  z.object({
    schemaVersion: z.literal('1.0'),
    type: z.literal('lookup'),
    lookup: lookupSchema,
    generation: z.number().int(),
    secondLook: z.boolean(),
    freshSinceAt: instant,
    progress: z.array(packedResultSchema),
    step: z.enum(STEP_NAMES),
    hop: z.number().int(),
    attempt: z.number().int(),
    tokenRefreshed: z.boolean(),
    isWaiting: z.boolean(),
    ticket: ticketSchema.nullable(),
  }),
  z.object({
    schemaVersion: z.literal('1.0'),
    type: z.literal('publish'),
    lookupId: text,
    generation: z.number().int(),
    hop: z.number().int(),
    record: z.union([z.object({ gzip: text }), z.object({ blob: text })]),
  }),
]);
