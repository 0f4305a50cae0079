import { z } from 'zod';
import { machineSchema } from '../defender/DefenderAnswer';
import type { DeepReadonly } from '../json/DeepReadonly';
import { asStored } from '../records/asStored';
import {
  includedSchema,
  OUTCOMES,
  recordSchema,
  wholePlaceFields,
} from '../records/EnrichmentRecord';
import { idSchema, leftOutSchema, requestFields } from '../records/requestFields';

const text = z.string();
const textOrNull = text.nullable();
const count = z.int().min(0);
const instant = z.iso.datetime();
const record = recordSchema.shape;
const { machines, alerts } = record;
const match = machines.element.shape.match.shape;

export const REQUEST_STATUSES = ['running', 'completed'] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

const requestMachine = z.strictObject({
  machine: machineSchema,
  portalUrl: text,
  strength: match.strength.describe('Of its strongest match'),
  matchedBy: z
    .array(
      z.strictObject({ position: count, by: match.by, via: match.via, strength: match.strength }),
    )
    .describe('The lookups that led to it, the strongest first'),
});

const requestLookup = z.strictObject({
  position: count,
  lookupId: text,
  recordId: textOrNull.describe('Of its own record; null while it runs'),
  generation: count.nullable(),
  indicator: record.indicator,
  outcome: z.enum(OUTCOMES).nullable().describe('Null while it runs'),
  reason: record.reason,
  incomplete: record.incomplete,
  summary: record.summary.nullable(),
  notBefore: instant.exactOptional().describe('Of one that runs: no answer before this'),
});

/**
 * What is published about a request as a whole: the message body, version 1.0. The type, the API description and the
 * reading of records that waited come from here. A field that is added needs a default, for records written without it.
 */
export const requestRecordSchema = z.strictObject({
  schemaVersion: z.literal('1.0'),
  recordType: z.literal('request'),
  /** The same for every delivery of the same request and generation. */
  id: idSchema('s'),
  generation: count,
  status: z.enum(REQUEST_STATUSES),
  final: z.boolean().describe('False: it runs, or one of its records is not final'),
  tenantId: text,
  request: z.strictObject({ ...requestFields(instant), of: count, done: count }),
  summary: z.strictObject({
    outcomes: z.strictObject({
      found: count,
      notSeen: count,
      invalid: count,
      denied: count,
      expired: count,
      failed: count,
    }),
    machineCount: count,
    actOn: z.array(text).describe('Ids of the machines that are safe to act on, 100 at most'),
    ambiguous: z.boolean(),
    highestRiskScore: textOrNull,
    highestExposureLevel: textOrNull,
    alertCount: count,
    openAlertCount: count,
    highestAlertSeverity: textOrNull,
  }),
  machines: z.array(requestMachine),
  alerts: z.array(
    alerts.element.extend({ positions: z.array(count).describe('Of the lookups that led to it') }),
  ),
  lookups: z.array(requestLookup),
  leftOut: z.array(leftOutSchema).describe('50 at most'),
  comment: z.strictObject({
    id: text.describe('A UUID, the same for every generation: write the comment under it'),
    markdown: text,
    html: text,
  }),
  truncated: z
    .strictObject({
      machines: includedSchema,
      alerts: includedSchema,
      lookups: includedSchema,
      comment: includedSchema.describe('In characters of Markdown'),
      ...wholePlaceFields,
    })
    .nullable()
    .describe('Set when the message does not hold all'),
  startedAt: instant,
  completedAt: instant.nullable().describe('When the last of its records was made'),
});

export type RequestRecord = DeepReadonly<z.infer<typeof requestRecordSchema>>;
export type RequestMachine = RequestRecord['machines'][number];
export type RequestAlert = RequestRecord['alerts'][number];
export type RequestLookup = RequestRecord['lookups'][number];

/** A request's record that waits to be published. */
export const storedRequestRecordSchema: z.ZodType<RequestRecord> = asStored(requestRecordSchema);
