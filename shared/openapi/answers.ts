import { z } from 'zod';
import { ENDPOINT_IDS } from '../defender/endpointIds';
import { machineSchema } from '../defender/DefenderAnswer';
import { evidenceSchema, indicatorSchema, recordSchema } from '../records/EnrichmentRecord';
import { reasonSchema } from '../errors/Reason';
import { leftOutSchema } from '../records/requestFields';
import type { MachinePage } from '../requests/MachineList';
import { BULK_FLOWS } from '../quota/Quota';
import type { Health } from '../health/HealthProbe';
import { recentLookupSchema } from '../activity/RecentLookup';
import type { Status } from '../health/StatusReport';
import { RUN_STATUSES } from '../inventory/run/InventoryRun';

/** What the routes answer beside records, field by field. */
const text = z.string();
const textOrNull = z.string().nullable();
const count = z.int().min(0);
const instant = z.iso.datetime();

const leftOut = z
  .array(leftOutSchema)
  .describe('Entries and fields that name nothing to look up, 50 at most');

export const requestAnswer = z.strictObject({
  requestId: text,
  status: z.enum(['running', 'completed']),
  total: count,
  done: count,
  results: z
    .array(recordSchema)
    .describe(
      'In the order of the request; indicator.path and indicator.also say which entries each answers',
    ),
  pending: z.array(
    z.strictObject({
      position: count,
      indicator: indicatorSchema,
      notBefore: instant.describe('No answer before this'),
    }),
  ),
  ignored: recordSchema.shape.request.shape.ignored,
  leftOut,
  statusUrl: textOrNull.describe('Where to ask again; null if everything was answered at once'),
});

export const machinesAnswer = z.strictObject({
  value: z.array(machineSchema),
  returned: count,
  nextSkip: count.nullable().describe('Where the next page begins; null on the last one'),
  truncated: z
    .array(text)
    .optional()
    .describe('Ids of machines larger than an answer, of which only some fields are there'),
  evidence: evidenceSchema,
}) satisfies z.ZodType<Pick<Extract<MachinePage, { outcome: 'answered' }>, 'value' | 'nextSkip'>>;

const explainedEvent = z.strictObject({
  format: text.describe('As listed in docs/siem-formats.md'),
  source: text,
  eventId: textOrNull,
  of: count.describe('How many lookups it is'),
  context: recordSchema.shape.request.shape.context,
  contextCut: z.boolean(),
  ignored: recordSchema.shape.request.shape.ignored,
  leftOutCount: count,
});

export const explainAnswer = z.strictObject({
  readable: z.boolean(),
  reason: reasonSchema.nullable().describe('Why nothing of it can be read'),
  unwrapped: z.array(text).describe('What was taken off, outermost first'),
  format: textOrNull.describe('Of the first event, as source and eventId'),
  source: textOrNull,
  eventId: textOrNull,
  events: z.array(explainedEvent),
  indicators: z.array(
    indicatorSchema.extend({ reason: reasonSchema.nullable().describe('Why it is not asked for') }),
  ),
  leftOut,
  unreadable: z
    .array(z.strictObject({ path: text, reason: reasonSchema }))
    .describe('Events that would be quarantined'),
});

export const ingestAnswer = z.strictObject({
  requestId: text.nullable().describe('Of the first event'),
  requestIds: z.array(text).describe('One per event of the payload'),
  leftOut,
});
export const inventoryRunAnswer = z.strictObject({ runId: text, statusUrl: text });

const dependency = z.strictObject({
  name: z.enum(['storage', 'broker', 'token', 'defender', 'quota', 'settings']),
  status: z
    .enum(['ok', 'degraded', 'down', 'notChecked'])
    .describe('notChecked: no call has been made to it yet'),
  code: textOrNull.describe('Why not'),
  detail: textOrNull.describe('Host and port, and what there is to know'),
  checkedAt: instant,
  tookMs: count,
});
export const healthAnswer = z.strictObject({
  status: z.enum(['ok', 'degraded', 'unavailable']),
  checkedAt: instant,
  dependencies: z.array(dependency),
}) satisfies z.ZodType<Health>;

const allowance = z.strictObject({ limit: count, used: count, left: count });
const why = z.enum(['forbidden', 'unauthorized', 'failing']);
const flow = z.enum(['interactive', ...BULK_FLOWS]);
export const endpointAnswer = z.strictObject({
  minute: allowance,
  hour: allowance,
  reserve: z
    .strictObject({ minute: count, hour: count })
    .describe('What the queue leaves to HTTP lookups'),
  agents: z
    .strictObject({ minute: allowance, hour: allowance })
    .nullable()
    .describe('What agents may take of the calls of HTTP lookups: less when people need them'),
  callsPerMinute: z.array(count).describe('Of the last 60 minutes, the oldest first'),
  nextSlotAt: z.strictObject({ interactive: instant, normal: instant }),
  coolDown: z
    .strictObject({
      until: instant,
      why: z.enum([...why.options, 'rowUnreadable', 'rowLost', 'cooling']),
    })
    .nullable(),
  breaker: why.nullable(),
  waiting: z.record(flow, count),
  pendingSettings: z
    .array(z.strictObject({ setting: text, stored: count, configured: count }))
    .describe('Settings of the quota that are not in force yet'),
  throttles: count,
  lastThrottledAt: instant.nullable(),
});
const batches = z.strictObject({
  calls: count.describe('Of the process that answers'),
  questions: count,
  questionsPerCall: z.number().nullable(),
  droppedRows: count.describe('Rows that were about none of the questions'),
  mostQuestions: count.describe('1: no batches'),
  mostCharacters: count,
  off: z.strictObject({ why: z.enum(['refused', 'forbidden']), until: instant }).nullable(),
});

export const statusAnswer = z.strictObject({
  asOf: instant,
  warnings: z.array(text),
  quotaScope: z.enum(['endpoint', 'application']),
  endpoints: z.record(z.enum(ENDPOINT_IDS), endpointAnswer.nullable()),
  ahead: z
    .strictObject({
      everyMs: count.describe('Time between two counts'),
      waiting: z.partialRecord(flow, z.array(count)).describe('Calls that still wait, from now on'),
    })
    .describe('When the calls that wait for a slot will be made, as things stand'),
  queues: z.record(
    text,
    z.strictObject({ active: count, scheduled: count, deadLettered: count }).nullable(),
  ),
  batches: z
    .strictObject({ machines: batches, alerts: batches })
    .nullable()
    .describe('How many questions calls of a list answer'),
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
  lastHour: z
    .strictObject({
      processes: count,
      records: count,
      outcomes: z.record(text, count),
      waitMs: z
        .strictObject({ p50: count.nullable(), p95: count.nullable() })
        .describe('From receipt to the first record, to a tenth'),
      recordsPerFiveMinutes: z.array(count).describe('The oldest first'),
      cache: z.strictObject({ asked: count, hits: count }),
      batches: z
        .strictObject({ calls: count, questions: count })
        .describe('Calls that answered more than one question'),
    })
    .nullable()
    .describe('Of all processes'),
  recentLookups: z.array(recentLookupSchema),
  lastInventory: z
    .strictObject({
      runId: text,
      status: z.enum(RUN_STATUSES),
      slot: instant.describe('The instant that the snapshot stands for'),
      startedAt: instant,
      completedAt: instant.nullable(),
      nextAt: instant.nullable().describe('While it runs: when its next page is due'),
      machines: count.describe('Of the list so far; at the end, in the snapshot'),
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
  checks: z
    .array(
      z.strictObject({
        check: text,
        status: z.enum(['ok', 'warning', 'failed']),
        detail: text,
        mend: textOrNull.describe('What to do'),
      }),
    )
    .optional()
    .describe('With checks=all: what the app needs, as its own identity finds it'),
}) satisfies z.ZodType<Status>;

export const tokenGuideAnswer = z.strictObject({
  resource: text.describe('What a token is for'),
  resource_name: text,
  authorization_servers: z.array(text).describe('Issuers of tokens for it'),
  scopes_supported: z.array(text).describe('What to ask an issuer for'),
  bearer_methods_supported: z.array(z.literal('header')),
});

export const problemAnswer = z.looseObject({
  type: text,
  title: text,
  status: z.int(),
  code: text.describe('Stable; branch on it'),
  detail: text.describe('One sentence for people'),
  correlationId: text,
});

export const anyAnswer = z.looseObject({});
