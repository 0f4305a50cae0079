import { z } from 'zod';
import { entriesOf } from './entryList';

/** A value of another type than documented counts as absent: it must not cost the whole answer. */
const text = z.string().nullish().catch(null);
/** An id is the same id in any letter case; lists were seen to change theirs from call to call. */
const id = z.string().min(1).toLowerCase();
const idOfAnother = z.string().toLowerCase().nullish().catch(null);

/**
 * A device as Defender describes it. Named here is what the app reads; every other field is kept as it came. Only
 * `id` is certain. Instants stay text, as Defender writes up to seven fractional digits; enumerations are open sets.
 */
export const machineSchema = z.looseObject({
  id: id.describe('Device id'),
  mergedIntoMachineId: idOfAnother,
  computerDnsName: text,
  lastSeen: text,
  lastIpAddress: text,
  healthStatus: text,
  onboardingStatus: text,
  riskScore: text,
  exposureLevel: text,
});
export type Machine = Readonly<z.infer<typeof machineSchema>>;

/** An alert as Defender describes it; only `id` is certain, every other field is kept as it came. */
export const alertSchema = z.looseObject({
  id: z.string().min(1),
  machineId: idOfAnother,
  severity: text,
  status: text,
  lastEventTime: text,
});
export type Alert = Readonly<z.infer<typeof alertSchema>>;

/** A file as Defender describes it; only `sha1` is certain, every other field is kept as it came. */
export const defenderFileSchema = z.looseObject({
  sha1: z.string().regex(/^[0-9a-f]{40}$/i),
});
export type DefenderFile = Readonly<z.infer<typeof defenderFileSchema>>;

/**
 * What a list reports besides its rows, and which rows are not as documented. Places count from 0. A single machine is a
 * list of one.
 */
export const listNotesSchema = z.object({
  /** `@odata.count`: rows in all pages; null if absent. */
  total: z.int().nonnegative().nullable(),
  /** Rows without a usable id, which are left out. */
  skippedAt: z.array(z.int().nonnegative()),
  /** Rows with a field of another type, which counts as absent. */
  mistypedAt: z.array(z.int().nonnegative()),
  /** Of those, the ones of which it is not known which machine they are, or whether it is in service. */
  unclearAt: z.array(z.int().nonnegative()).default([]),
  /** Whether the service links to a next page. */
  hasNext: z.boolean().default(false),
});
export type ListNotes = z.infer<typeof listNotesSchema>;

/**
 * What any endpoint answered, in one JSON shape, so that it can be cached and carried in messages. 404 is only
 * a documented "does not exist".
 */
export interface DefenderAnswer {
  readonly status: 200 | 404;
  readonly machines: readonly Machine[];
  readonly alerts: readonly Alert[];
  readonly file: DefenderFile | null;
  /** Defender's own id of the call, where it gave one. */
  readonly correlationId: string | null;
  /** Where there is anything to note. */
  readonly list?: ListNotes | undefined;
}

/** Reads an answer back from where it was kept. */
export const defenderAnswerSchema: z.ZodType<DefenderAnswer> = z.object({
  status: z.union([z.literal(200), z.literal(404)]),
  machines: entriesOf(machineSchema),
  alerts: entriesOf(alertSchema),
  file: defenderFileSchema.nullable(),
  correlationId: z.string().nullable(),
  list: listNotesSchema.optional(),
});
