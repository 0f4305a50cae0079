import { z } from 'zod';
import { reasonSchema } from '../errors/Reason';
import { OUTCOMES } from '../records/EnrichmentRecord';
import { REQUEST_STATUSES } from './RequestRecord';

const text = z.string();
const textOrNull = text.nullable();
const count = z.int().min(0);
const instant = z.iso.datetime();

export const LOOKUP_STATES = [
  'waitingForSlot',
  'waitingForRight',
  'waitingForService',
  'asked',
  'recheckAt',
  'ended',
] as const;

const tracedLookup = z.strictObject({
  position: count,
  lookupId: text,
  generation: count,
  kind: text,
  value: text,
  state: z
    .enum(LOOKUP_STATES)
    .describe('asked: its time has come; recheckAt: asked once more then'),
  endpoint: textOrNull.describe('The Defender call that it waits for'),
  nextAt: instant.nullable(),
  outcome: z.enum(OUTCOMES).nullable(),
  reason: reasonSchema.nullable(),
  recordId: textOrNull,
  quarantineId: textOrNull,
  durationsMs: z.strictObject({
    total: count.describe('From receipt to its record, or until now'),
    waited: count.nullable().describe('For slots of the quota, all calls together'),
  }),
});

/** Where requests are, as `GET /api/trace` and `npm run trace` answer it. */
export const traceSchema = z.strictObject({
  requests: z
    .array(
      z.strictObject({
        requestId: text,
        eventId: textOrNull,
        source: text,
        format: textOrNull.describe('As which it was read; null: not known'),
        receivedAt: instant,
        status: z.enum(REQUEST_STATUSES),
        of: count,
        done: count,
        records: z
          .array(z.strictObject({ id: text, generation: count }))
          .describe('Of the whole request'),
        leftOutCount: count,
        lookups: z.array(tracedLookup),
      }),
    )
    .describe('The newest first, 20 at most'),
  keptUntil: instant.describe('When the rows of the newest are removed'),
});
export type Trace = z.infer<typeof traceSchema>;
export type TracedRequest = Trace['requests'][number];
export type TracedLookup = TracedRequest['lookups'][number];
