import { z } from 'zod';
import { MINUTE_MS } from '../clock/durations';
import { ENDPOINT_IDS, type EndpointId } from '../defender/endpointIds';
import { int64Schema } from '../storage/tableRows';
import { FLOWS, type Answering, type CalendarState, type Flow } from './calendar/CalendarState';
import { epochSchema } from './calendar/epoch';
import type { Lessons } from './calendar/lessons';
import { GRID_MS } from './calendar/slots';
import { BULK_FLOWS } from './Quota';
import { decodeVarints, encodeVarints } from './varint';

/** Version of the entity's shape. Of a later one, left by a rollback, what is known here is read. */
const VERSION = 1;

/** A calendar as a Table entity, without its keys. 64-bit numbers are bigint, as the Table SDK reads them. */
export interface CalendarEntity {
  /** Shape version. */
  readonly v: number;
  /** JSON: configuration, and `startedAt` of the process that brought it. */
  readonly cfg: string;
  /** Epoch, and the origin of the calendar as JSON; absent in rows of earlier versions. */
  readonly ep: string;
  readonly from: string;
  /** Unix ms at which waiting tickets were last made void for a looser configuration. */
  readonly voided: bigint;
  /** Unix ms of the last write; nothing is planned before `cool`. */
  readonly asOf: bigint;
  readonly cool: bigint;
  /** Committed slots of the last hour + guard, ascending: varint deltas in units of 10 ms. */
  readonly log: Uint8Array;
  /** Slots committed lately: varint triples (flow, ordinal, delta of the slot in 10 ms), ascending. */
  readonly rec: Uint8Array;
  /** JSON: breaker per endpoint. */
  readonly brk: string;
  /** JSON: per endpoint [time of its last answer, [question that was refused since, time], …]; absent in older rows. */
  readonly seen?: string;
  /** JSON: per list what is known of its batches; absent in older rows. */
  readonly bat?: string;
  /** JSON `{n, c}`: interactive tickets issued and committed; and their slots of the last hour, as `log`. */
  readonly i: string;
  readonly ilog: Uint8Array;
  /** JSON: per flow [issued, committed, tag], and the virtual time. */
  readonly flows: string;
  /** Id of the last write. */
  readonly op: string;
  /** Unix ms of the last 429, and how many there were. */
  readonly last429: bigint;
  readonly ev: number;
}

export function encodeCalendar(state: CalendarState): CalendarEntity {
  const { interactive, ...flows } = state.flows;
  return {
    v: VERSION,
    cfg: JSON.stringify({ ...state.config, startedAt: state.configuredAt }),
    ep: state.epoch,
    from: JSON.stringify(state.origin),
    voided: BigInt(state.voidedAt),
    asOf: BigInt(state.asOf),
    cool: BigInt(state.coolUntil),
    log: encodeSlots(state.log),
    rec: encodeRecent(state.recent),
    brk: JSON.stringify(state.breakers),
    seen: JSON.stringify(
      Object.fromEntries(
        Object.entries(state.answering).map(([endpoint, { answeredAt, refused }]) => [
          endpoint,
          [answeredAt, ...refused.map(({ question, at }) => [question, at])],
        ]),
      ),
    ),
    bat: JSON.stringify(state.lessons),
    i: JSON.stringify({ n: interactive.issued, c: interactive.committed }),
    ilog: encodeSlots(state.interactiveLog),
    flows: JSON.stringify({
      ...Object.fromEntries(
        BULK_FLOWS.map((flow) => {
          const { issued, committed, tag } = flows[flow];
          return [flow, [issued, committed, tag]];
        }),
      ),
      virtualTime: state.virtualTime,
    }),
    op: state.operation,
    last429: BigInt(state.lastThrottledAt),
    ev: state.throttles,
  };
}

/** Null: the entity is not a readable calendar. */
export function readCalendar(entity: unknown): CalendarState | null {
  try {
    return decodeCalendar(entity);
  } catch {
    return null;
  }
}

/** @throws {z.ZodError | RangeError} the entity is not a calendar. */
export function decodeCalendar(entity: unknown): CalendarState {
  const e = EntitySchema.parse(entity);
  const { startedAt, ...config } = e.cfg;
  const { virtualTime, ...flows } = e.flows;
  return {
    epoch: e.ep,
    origin: e.from,
    config,
    configuredAt: startedAt,
    voidedAt: e.voided,
    asOf: e.asOf,
    coolUntil: e.cool,
    log: decodeSlots(e.log),
    recent: decodeRecent(e.rec),
    interactiveLog: decodeSlots(e.ilog),
    flows: { interactive: { issued: e.i.n, committed: e.i.c, tag: 0 }, ...flows },
    virtualTime,
    breakers: e.brk,
    lessons: e.bat,
    answering: e.seen,
    operation: e.op,
    lastThrottledAt: e.last429,
    throttles: e.ev,
  };
}

const encodeSlots = (slots: readonly number[]): Uint8Array =>
  encodeVarints(slots.map((at, index) => (at - (slots[index - 1] ?? 0)) / GRID_MS));

function decodeSlots(bytes: Uint8Array): readonly number[] {
  let at = 0;
  return decodeVarints(bytes).map((delta) => (at += delta * GRID_MS));
}

function encodeRecent(recent: CalendarState['recent']): Uint8Array {
  let before = 0;
  return encodeVarints(
    recent.flatMap(({ flow, ordinal, slotAt }) => {
      const delta = (slotAt - before) / GRID_MS;
      before = slotAt;
      return [FLOWS.indexOf(flow), ordinal, delta];
    }),
  );
}

function decodeRecent(bytes: Uint8Array): CalendarState['recent'] {
  const numbers = decodeVarints(bytes);
  const recent: { flow: Flow; ordinal: number; slotAt: number }[] = [];
  let slotAt = 0;
  for (let index = 0; index + 2 < numbers.length; index += 3) {
    const [position = -1, ordinal = 0, delta = 0] = numbers.slice(index, index + 3);
    const flow = FLOWS[position];
    slotAt += delta * GRID_MS;
    // A flow of a later version: its slots count, by the log, but its tickets are unknown here.
    if (flow !== undefined) recent.push({ flow, ordinal, slotAt });
  }
  return recent;
}

const Count = z.int().min(0);
/** Of what slots are planned by: no assumption is longer than a minute. */
const Span = z.int().min(0).max(MINUTE_MS);
const Bytes = z.instanceof(Uint8Array);

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'Invalid JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

const ConfigSchema = z.object({
  startedAt: z.number(),
  scope: z.enum(['endpoint', 'application']),
  perMinute: z.int().min(1),
  perHour: z.int().min(1),
  reservePerMinute: Count,
  reservePerHour: Count,
  interactivePerMinute: z.int().min(1),
  interactivePerHour: z.int().min(1),
  bulkPerTenMinutes: Count,
  useWindowMs: Span,
  guardMs: Span,
  readTtlMs: Count,
  freezeMs: Span,
  gapMs: Span,
});

const BreakerSchema = z.object({
  why: z.enum(['forbidden', 'unauthorized', 'failing']),
  since: z.number(),
  failures: z.int().min(1),
  until: z.number(),
});

/** By endpoint. Of what a later version put in, endpoints and values that are not known here are left out. */
const byEndpoint = <T>(schema: z.ZodType<T>) =>
  z.record(z.string(), z.unknown()).transform((values): Partial<Record<EndpointId, T>> =>
    Object.fromEntries(
      ENDPOINT_IDS.flatMap((endpoint) => {
        const { success, data } = schema.safeParse(values[endpoint]);
        return success ? [[endpoint, data]] : [];
      }),
    ),
  );

const OriginSchema = z
  .object({
    at: z.number(),
    continues: epochSchema.nullable(),
    // Absent in rows of earlier versions; it is no later than this.
    knownSince: z.number().optional(),
    isReplacement: z.boolean(),
  })
  .transform(({ knownSince, ...origin }) => ({ ...origin, knownSince: knownSince ?? origin.at }));

const FlowSchema = z
  .tuple([Count, Count, z.number()])
  .refine(([issued, committed]) => committed <= issued)
  .transform(([issued, committed, tag]) => ({ issued, committed, tag }));

const AnsweringSchema = z
  .tuple([z.number()], z.tuple([z.string(), z.number()]))
  .transform(([answeredAt, ...refused]): Answering => ({
    answeredAt,
    refused: refused.map(([question, at]) => ({ question, at })),
  }));

const LessonsSchema: z.ZodType<Lessons> = z.object({
  questions: z.int().min(1),
  characters: z.int().min(1),
  learntAt: z.number(),
  off: z.object({ why: z.enum(['refused', 'forbidden']), until: z.number() }).nullable(),
  proof: z
    .object({ characters: z.int().min(1), at: z.number() })
    .nullable()
    .default(null),
  trialUntil: z.number().default(0),
});

const EntitySchema = z.object({
  v: z.int().min(VERSION),
  cfg: json(ConfigSchema),
  ep: epochSchema,
  from: json(OriginSchema).default({
    at: 0,
    continues: null,
    knownSince: 0,
    isReplacement: false,
  }),
  voided: int64Schema.default(0),
  asOf: int64Schema,
  cool: int64Schema,
  log: Bytes,
  rec: Bytes,
  brk: json(byEndpoint(BreakerSchema)),
  seen: json(byEndpoint(AnsweringSchema)).default({}),
  bat: json(byEndpoint(LessonsSchema)).default({}),
  i: json(z.object({ n: Count, c: Count }).refine(({ n, c }) => c <= n)),
  ilog: Bytes,
  flows: json(
    z.object({
      retry: FlowSchema,
      http: FlowSchema,
      high: FlowSchema,
      normal: FlowSchema,
      low: FlowSchema,
      inventory: FlowSchema,
      virtualTime: z.number(),
    }),
  ),
  op: z.string(),
  last429: int64Schema,
  ev: Count,
});
