import { z } from 'zod';
import { alertSchema, machineSchema } from '../defender/DefenderAnswer';
import { entriesOf } from '../defender/entryList';
import type { EnrichmentRecord } from './EnrichmentRecord';
import { INDICATOR_KINDS } from '../indicators/Indicator';
import { IGNORED_CODES } from '../lookups/Lookup';
import type { Match } from './matchMachines';
import { OUTCOMES } from './outcome';

const text = z.string();
const textOrNull = text.nullable();
const count = z.int().min(0);
const iso = z.iso.datetime();
/** A name by hash: its letter, and 40 hex digits. */
export const idSchema = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-f]{40}$`));
export const reasonSchema = z.object({ code: text, message: text });

const request = z.looseObject({
  id: idSchema('r'),
  source: text,
  channel: z.enum(['queue', 'http']),
  eventId: textOrNull,
  messageId: textOrNull,
  correlationId: textOrNull,
  receivedAt: iso,
  position: count,
  of: count,
  context: z.record(text, z.union([text, z.number(), z.boolean()])),
  contextCut: z.boolean(),
  ignored: z.array(z.looseObject({ path: text, code: z.enum(IGNORED_CODES) })).default([]),
  leftOutCount: count.default(0),
});

const indicator = z.looseObject({
  kind: text,
  value: text,
  original: text,
  ref: textOrNull,
  path: text,
  scope: z.enum(['internal', 'external']).nullable(),
  observedAt: iso,
  observedAtFrom: z.enum(['indicator', 'event', 'enqueued']),
  observedAtGiven: textOrNull.default(null),
  zoneAssumed: z.boolean().default(false),
  alternatives: z.array(
    z.looseObject({
      kind: z.enum(INDICATOR_KINDS),
      value: text,
      path: text,
      observedAt: iso.nullable(),
      tried: z.boolean(),
    }),
  ),
  also: z
    .array(z.looseObject({ path: text, original: text, observedAt: iso.nullable() }))
    .default([]),
});

const by = text as unknown as z.ZodType<Match['by']>; // grows from version to version
const part = z.looseObject({ total: count, included: count });

/** A record as this app wrote it, read back from where it waited. Fields that earlier versions lack have defaults. */
export const recordSchema: z.ZodType<EnrichmentRecord> = z.looseObject({
  schemaVersion: z.literal('1.0'),
  recordType: z.literal('lookup'),
  id: idSchema('e'),
  lookupId: idSchema('l'),
  generation: count,
  unasked: z.literal(true).exactOptional(),
  final: z.boolean(),
  tenantId: text,
  request,
  indicator,
  outcome: z.enum(OUTCOMES),
  reason: reasonSchema.nullable(),
  incomplete: z.array(
    z.looseObject({ endpoint: text, reason: z.enum(['denied', 'expired', 'failed']) }),
  ),
  summary: z.looseObject({
    match: z.enum(['none', 'one', 'many']),
    matchStrength: z.enum(['strong', 'weak']).nullable(),
    machineId: textOrNull,
    machineCount: count,
    ambiguous: z.boolean(),
    alertCount: count,
    openAlertCount: count,
    highestAlertSeverity: textOrNull,
    highestRiskScore: textOrNull,
    highestExposureLevel: textOrNull,
  }),
  machines: entriesOf(
    z.looseObject({
      machine: machineSchema,
      match: z.looseObject({ by, via: text, strength: z.enum(['strong', 'weak']) }),
      portalUrl: text,
    }),
  ),
  alerts: entriesOf(
    z.looseObject({ alert: alertSchema, onMatchedMachine: z.boolean(), portalUrl: text }),
  ),
  evidence: z.array(
    z.looseObject({
      endpoint: text,
      status: count,
      calledAt: iso,
      fromCache: z.boolean(),
      ageMs: z.number(),
      waitedMs: z.number(),
      correlationId: textOrNull,
    }),
  ),
  truncated: z
    .object({
      machines: part,
      alerts: part,
      url: textOrNull,
      container: z.literal('results'),
      blob: text,
      sha256: text,
      expiresAt: iso,
    })
    .nullable(),
  enrichedAt: iso,
});
