import { z } from 'zod';
import { reasonSchema } from '../errors/Reason';
import { alertSchema, machineSchema } from '../defender/DefenderAnswer';
import { MATCHED_BY, type MatchedBy } from '../kinds/kinds';
import type { DeepReadonly } from '../json/DeepReadonly';
import { idSchema, indicatorFields, requestFields } from './requestFields';

const text = z.string();
const textOrNull = text.nullable();
const count = z.int().min(0);
const instant = z.iso.datetime();

export const OUTCOMES = ['found', 'notSeen', 'invalid', 'denied', 'expired', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** More may come within version 1, so a record with another value is still read. */
const matchedBy = text.meta({ enum: MATCHED_BY }) as z.ZodType<string> as z.ZodType<MatchedBy>;
const strength = z.enum(['strong', 'weak']);

/** How many of something a cut record had and has. */
export const includedSchema = z.strictObject({ total: count, included: count });

/** Where a record that was cut lies whole. */
export const wholePlaceFields = {
  url: textOrNull.describe('Where the whole record is'),
  container: z.literal('results'),
  blob: text,
  sha256: text,
  expiresAt: instant,
};

export const indicatorSchema = z.strictObject(indicatorFields(instant));

/** The Defender calls that were made for an answer. */
export const evidenceSchema = z.array(
  z.strictObject({
    endpoint: text,
    status: z.int().describe('HTTP status of the Defender call'),
    calledAt: instant,
    fromCache: z.boolean(),
    ageMs: count.describe('Age of the answer when the record was made'),
    waitedMs: count.describe('How long the call waited for its slot'),
    correlationId: textOrNull,
    batch: z
      .strictObject({ size: count })
      .nullable()
      .default(null)
      .describe('How many questions the call answered, if more than this one'),
  }),
);

/**
 * What is published for a lookup: the message body, version 1.0. The type, the API description and the reading of
 * records that waited come from here. A field that is added needs a default, for records that were written without it.
 */
export const recordSchema = z.strictObject({
  schemaVersion: z.literal('1.0'),
  recordType: z.literal('lookup'),
  /** The same for every delivery of the same lookup and generation. */
  id: idSchema('e'),
  lookupId: idSchema('l'),
  generation: count,
  unasked: z
    .literal(true)
    .exactOptional()
    .describe('Ended before anything was asked: a record of the same generation without this wins'),
  final: z.boolean().describe('False: asked so soon that Defender may know more in 15 minutes'),
  tenantId: text,
  request: z.strictObject({ ...requestFields(instant), position: count, of: count }),
  indicator: indicatorSchema,
  outcome: z.enum(OUTCOMES),
  reason: reasonSchema.nullable().describe('Why, for every outcome but found'),
  incomplete: z
    .array(z.strictObject({ endpoint: text, reason: z.enum(['denied', 'expired', 'failed']) }))
    .describe('What could not be asked'),
  summary: z.strictObject({
    match: z.enum(['none', 'one', 'many']).describe('Live machines'),
    matchStrength: strength.nullable(),
    machineId: textOrNull.describe('Set for exactly one live machine beyond doubt: act on this'),
    machineCount: count,
    ambiguous: z.boolean(),
    alertCount: count,
    openAlertCount: count,
    highestAlertSeverity: textOrNull,
    highestRiskScore: textOrNull,
    highestExposureLevel: textOrNull,
  }),
  machines: z.array(
    z.strictObject({
      machine: machineSchema,
      match: z.strictObject({
        by: matchedBy,
        /** The value that Defender was asked for. */
        via: text,
        /** `findByIp` only: the asked time, and how far either way Defender looked. */
        at: instant.exactOptional(),
        windowMinutes: count.exactOptional(),
        strength,
      }),
      portalUrl: text,
    }),
  ),
  alerts: z.array(
    z.strictObject({ alert: alertSchema, onMatchedMachine: z.boolean(), portalUrl: text }),
  ),
  evidence: evidenceSchema,
  truncated: z
    .strictObject({
      machines: includedSchema,
      alerts: includedSchema,
      ...wholePlaceFields,
    })
    .nullable()
    .describe('Set when the answer does not hold all'),
  enrichedAt: instant,
});

export type EnrichmentRecord = DeepReadonly<z.infer<typeof recordSchema>>;
/** What playbooks branch on. */
export type RecordSummary = EnrichmentRecord['summary'];
export type RecordMachine = EnrichmentRecord['machines'][number];
/** How a machine was found; `strong` = safe to act on. */
export type Match = RecordMachine['match'];
export type RecordAlert = EnrichmentRecord['alerts'][number];
export type Truncation = NonNullable<EnrichmentRecord['truncated']>;
