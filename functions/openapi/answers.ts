import { z } from 'zod';
import { ENDPOINT_IDS } from '../../shared/defender/endpointIds';
import { MATCHED_BY } from '../../shared/kinds/kinds';
import type { EnrichmentRecord } from '../../shared/records/EnrichmentRecord';
import { IGNORED_CODES } from '../../shared/lookups/Lookup';
import { OUTCOMES } from '../../shared/records/outcome';
import type { MachinePage } from '../../shared/requests/MachineList';
import { BULK_FLOWS } from '../../shared/quota/Quota';
import type { Health } from '../../shared/health/HealthProbe';
import type { Status } from '../../shared/health/StatusReport';
import { INDICATOR_KINDS, SUBJECT_KINDS } from '../../shared/indicators/Indicator';
import { RUN_STATUSES } from '../../shared/inventory/run/InventoryRun';

/** What the routes answer, field by field; what Defender said of machines and alerts is open. */
const text = z.string();
const textOrNull = z.string().nullable();
const count = z.int().min(0);
const instant = z.iso.datetime();

const kind = z.enum(SUBJECT_KINDS);
const channel = z.enum(['queue', 'http']);
const outcome = z.enum(OUTCOMES);

const reason = z.strictObject({
  code: text.describe('Stable; never reworded'),
  message: text,
});
const evidence = z.array(
  z.strictObject({
    endpoint: text,
    status: z.int().describe('HTTP status of the Defender call'),
    calledAt: instant,
    fromCache: z.boolean(),
    ageMs: count.describe('Age of the answer when the record was made'),
    waitedMs: count.describe('How long the call waited for its slot'),
    correlationId: textOrNull,
  }),
);
/** Defender's own fields under Defender's names; only the id is certain. */
export const machineAnswer = z.looseObject({
  id: text.describe('Device id'),
  computerDnsName: text.nullish(),
  lastSeen: text.nullish(),
  lastIpAddress: text.nullish(),
  mergedIntoMachineId: text.nullish(),
  healthStatus: text.nullish(),
  onboardingStatus: text.nullish(),
  riskScore: text.nullish(),
  exposureLevel: text.nullish(),
});
const alert = z.looseObject({
  id: text,
  machineId: text.nullish(),
  severity: text.nullish(),
  status: text.nullish(),
  lastEventTime: text.nullish(),
});
const indicator = z.strictObject({
  kind: kind.describe('unknown: recognisably nothing'),
  value: text.describe('In canonical form'),
  original: text.describe('As it came'),
  ref: textOrNull.describe('Your own mark on the entry'),
  path: text.describe('Where it stood in the request'),
  scope: z.enum(['internal', 'external']).nullable().describe('Of an IP address'),
  observedAt: instant,
  observedAtFrom: z.enum(['indicator', 'event', 'enqueued']),
  observedAtGiven: textOrNull.describe('The text of a time that could not be used'),
  zoneAssumed: z.boolean().describe('Whether the time bore no zone and was read as UTC'),
  alternatives: z
    .array(
      z.strictObject({
        kind: z.enum(INDICATOR_KINDS),
        value: text,
        path: text,
        observedAt: instant.nullable(),
        tried: z.boolean(),
      }),
    )
    .describe('Other values that the request gave for the same thing'),
  also: z
    .array(z.strictObject({ path: text, original: text, observedAt: instant.nullable() }))
    .describe('Equal entries that this record answers too, 20 at most'),
});
const ignored = z
  .array(z.strictObject({ path: text, code: z.enum(IGNORED_CODES) }))
  .describe('Fields that could not be used, 20 at most');
const included = z.strictObject({ total: count, included: count });

export const recordAnswer = z.strictObject({
  schemaVersion: z.literal('1.0'),
  recordType: z.literal('lookup'),
  id: text,
  lookupId: text,
  generation: count,
  unasked: z
    .literal(true)
    .exactOptional()
    .describe('Ended before anything was asked: a record of the same generation without this wins'),
  final: z.boolean().describe('False: asked so soon that Defender may know more in 15 minutes'),
  tenantId: text,
  request: z.strictObject({
    id: text,
    source: text,
    channel,
    eventId: textOrNull.describe('The id that the request gave itself'),
    messageId: textOrNull,
    correlationId: textOrNull,
    receivedAt: instant,
    position: count,
    of: count,
    context: z.record(text, z.union([text, z.number(), z.boolean()])),
    contextCut: z.boolean(),
    ignored,
    leftOutCount: count.describe('Entries and fields that named nothing to look up'),
  }),
  indicator,
  outcome,
  reason: reason.nullable().describe('Why, for every outcome but found'),
  incomplete: z
    .array(z.strictObject({ endpoint: text, reason: z.enum(['denied', 'expired', 'failed']) }))
    .describe('What could not be asked'),
  summary: z.strictObject({
    match: z.enum(['none', 'one', 'many']).describe('Live machines'),
    matchStrength: z.enum(['strong', 'weak']).nullable(),
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
      machine: machineAnswer,
      match: z.strictObject({
        by: z.enum(MATCHED_BY),
        via: text,
        at: instant.exactOptional(),
        windowMinutes: count.exactOptional(),
        strength: z.enum(['strong', 'weak']),
      }),
      portalUrl: text,
    }),
  ),
  alerts: z.array(z.strictObject({ alert, onMatchedMachine: z.boolean(), portalUrl: text })),
  evidence,
  truncated: z
    .strictObject({
      machines: included,
      alerts: included,
      url: textOrNull.describe('Where the whole record is'),
      container: z.literal('results'),
      blob: text,
      sha256: text,
      expiresAt: instant,
    })
    .nullable()
    .describe('Set when the answer does not hold all'),
  enrichedAt: instant,
}) satisfies z.ZodType<EnrichmentRecord>;

const leftOut = z
  .array(z.strictObject({ value: text, path: text, reason }))
  .describe('Entries and fields that name nothing to look up, 50 at most');

export const requestAnswer = z.strictObject({
  requestId: text,
  status: z.enum(['running', 'completed']),
  total: count,
  done: count,
  results: z
    .array(recordAnswer)
    .describe(
      'In the order of the request; indicator.path and indicator.also say which entries each answers',
    ),
  pending: z.array(
    z.strictObject({
      position: count,
      indicator,
      notBefore: instant.describe('No answer before this'),
    }),
  ),
  ignored,
  leftOut,
  statusUrl: textOrNull.describe('Where to ask again; null if everything was answered at once'),
});

export const machinesAnswer = z.strictObject({
  value: z.array(machineAnswer),
  returned: count,
  nextSkip: count.nullable().describe('Where the next page begins; null on the last one'),
  truncated: z
    .array(text)
    .optional()
    .describe('Ids of machines larger than an answer, of which only some fields are there'),
  evidence,
}) satisfies z.ZodType<Pick<Extract<MachinePage, { outcome: 'answered' }>, 'value' | 'nextSkip'>>;

export const ingestAnswer = z.strictObject({ requestId: text, leftOut });
export const inventoryRunAnswer = z.strictObject({ runId: text, statusUrl: text });

const dependency = z.strictObject({
  name: z.enum(['storage', 'broker', 'token', 'defender', 'quota', 'settings']),
  status: z.enum(['ok', 'failed']),
  code: textOrNull.describe('Why not'),
  detail: textOrNull,
  tookMs: count,
});
export const healthAnswer = z.strictObject({
  status: z.enum(['ok', 'degraded', 'unavailable']),
  checkedAt: instant,
  dependencies: z.array(dependency),
}) satisfies z.ZodType<Health>;

const allowance = z.strictObject({ limit: count, used: count, left: count });
const why = z.enum(['forbidden', 'unauthorized', 'failing']);
const endpoint = z.strictObject({
  minute: allowance,
  hour: allowance,
  nextSlotAt: z.strictObject({ interactive: instant, normal: instant }),
  coolDown: z
    .strictObject({
      until: instant,
      why: z.enum([...why.options, 'rowUnreadable', 'rowLost', 'cooling']),
    })
    .nullable(),
  breaker: why.nullable(),
  waiting: z.record(z.enum(['interactive', ...BULK_FLOWS]), count),
  pendingSettings: z
    .array(z.strictObject({ setting: text, stored: count, configured: count }))
    .describe('Settings of the quota that are not in force yet'),
  throttles: count,
  lastThrottledAt: instant.nullable(),
});
export const statusAnswer = z.strictObject({
  asOf: instant,
  warnings: z.array(text),
  quotaScope: z.enum(['endpoint', 'application']),
  endpoints: z.record(z.enum(ENDPOINT_IDS), endpoint.nullable()),
  queues: z.record(
    text,
    z.strictObject({ active: count, scheduled: count, deadLettered: count }).nullable(),
  ),
  token: z
    .strictObject({
      issuedAt: instant.nullable(),
      ageMs: count.nullable(),
      roles: z.array(text).nullable(),
      note: text,
    })
    .nullable()
    .describe('The token for Defender'),
  cache: z.strictObject({ asked: count, hits: count, hitRate: z.number().nullable() }),
  recentLookups: z.array(
    z.strictObject({
      at: instant,
      lookupId: text,
      generation: count,
      channel,
      kind,
      outcome,
      reasonCode: textOrNull,
      machineCount: count,
      tookMs: count,
    }),
  ),
  lastInventory: z
    .strictObject({
      runId: text,
      status: z.enum(RUN_STATUSES),
      slot: instant.describe('The instant that the snapshot stands for'),
      startedAt: instant,
      completedAt: instant.nullable(),
      nextAt: instant.nullable().describe('While it runs: when its next page is due'),
      machines: count.describe('Read so far, some of them twice; at the end, in the snapshot'),
      calls: count,
      throttled: count,
      waits: count.describe('Times that a page had to wait'),
      reasonCode: textOrNull,
      warnings: z.array(text),
    })
    .nullable(),
  unreadable: z
    .array(z.strictObject({ part: text, code: text }))
    .describe('Parts that could not be read, and are null'),
}) satisfies z.ZodType<Status>;

export const problemAnswer = z.looseObject({
  type: text,
  title: text,
  status: z.int(),
  code: text.describe('Stable; branch on it'),
  detail: text.describe('One sentence for people'),
  correlationId: text,
});

export const anyAnswer = z.looseObject({});
