import { z } from 'zod';
import { alertSchema, machineSchema, type Machine } from '../../shared/defender/DefenderAnswer';
import { requestAnswer } from '../../shared/openapi/answers';
import { includedSchema, recordSchema } from '../../shared/records/EnrichmentRecord';

/** What tools say of machines, alerts and records: the fields of the routes that a model has use for. */
const text = z.string().nullish().catch(null);
const count = z.int().min(0);

const MAX_TAGS = 50;

export const machineData = z.object({
  ...machineSchema.shape,
  osPlatform: text,
  version: text,
  deviceValue: text,
  rbacGroupId: z.int().nullish().catch(null),
  rbacGroupName: text,
  machineTags: z
    .array(z.string())
    .catch([])
    .describe(`${MAX_TAGS} at most; machineTagCount is how many there are`),
  machineTagCount: count,
  firstSeen: text,
  lastExternalIpAddress: text,
  aadDeviceId: text,
});

export function toMachineData(machine: Machine): z.output<typeof machineData> {
  const data = machineData.parse({ ...machine, machineTagCount: 0 });
  const tags = data.machineTags;
  return { ...data, machineTags: tags.slice(0, MAX_TAGS), machineTagCount: tags.length };
}

const alertData = z.object({
  ...alertSchema.shape,
  title: text,
  category: text,
  classification: text,
  determination: text,
  detectionSource: text,
  threatName: text,
  alertCreationTime: text,
});

const { machines, alerts, ...recordFields } = recordSchema.shape;
const recordData = z.object({
  position: count.describe('Of the lookup in the request, from 1'),
  lookupId: recordFields.lookupId,
  final: recordFields.final,
  indicator: recordFields.indicator,
  outcome: recordFields.outcome.describe(
    'notSeen: Defender has no record of it within its reach. It does not mean clean',
  ),
  reason: recordFields.reason,
  incomplete: recordFields.incomplete,
  summary: recordFields.summary,
  machines: z.array(z.object({ ...machines.element.shape, machine: machineData })),
  alerts: z.array(z.object({ ...alerts.element.shape, alert: alertData })),
  more: z
    .object({
      machines: includedSchema,
      alerts: includedSchema,
      listsFrom: count.nullable().describe('Ask again with this for the next; null: url has them'),
      url: z.string().nullable().describe('GET it, with the same credentials: the whole record'),
    })
    .nullable()
    .describe('Set when machines or alerts are not all there'),
});

type RequestBody = z.output<typeof requestAnswer>;
type RecordBody = RequestBody['results'][number];

export const requestData = z.object({
  ...requestAnswer.omit({ statusUrl: true, results: true }).shape,
  status: z
    .enum([...requestAnswer.shape.status.options, 'outOfQuota'])
    .describe(
      'outOfQuota: what is pending was not taken in: ask for it again, as retryWith and retryAfterSeconds say',
    ),
  results: z.array(recordData).describe('In the order of the request'),
  pollId: z.string().optional().describe('While running: what pollWith takes'),
  pollWith: z.literal('get_request').optional().describe('While running: the tool to call next'),
  retryWith: z
    .enum(['enrich_indicators', 'get_machine'])
    .optional()
    .describe('When outOfQuota: the tool to call again'),
  retryAfterSeconds: count.optional().describe('Unless completed: not before this'),
});
export type RequestData = z.output<typeof requestData>;

/** Machines, and alerts, in one result: shared evenly by its records. */
const MAX_LISTED = 100;

/** How to get what is not there yet. */
export type Next = Pick<RequestData, 'retryAfterSeconds'> &
  (
    | Pick<RequestData, 'pollId' | 'pollWith'>
    | (Pick<RequestData, 'retryWith'> & { readonly status: 'outOfQuota' })
  );

/** `listsFrom`: how many machines, and alerts, of each record to leave out. `next`: null: nothing is left to wait for. */
export function toRequestData(
  { statusUrl: _, results, ...body }: RequestBody,
  listsFrom: number,
  next: Next | null,
): RequestData {
  const most = Math.max(1, Math.floor(MAX_LISTED / Math.max(1, results.length)));
  const data = { ...body, results: results.map((each) => toRecordData(each, listsFrom, most)) };
  return { ...data, ...next };
}

function toRecordData(record: RecordBody, from: number, most: number): z.output<typeof recordData> {
  const { truncated } = record;
  const end = from + most;
  const machinesHere = record.machines.slice(from, end);
  const alertsHere = record.alerts.slice(from, end);
  const total = {
    machines: truncated?.machines.total ?? record.machines.length,
    alerts: truncated?.alerts.total ?? record.alerts.length,
  };
  const isCut = machinesHere.length < total.machines || alertsHere.length < total.alerts;
  const hasNext = Math.max(record.machines.length, record.alerts.length) > end;
  return {
    ...record,
    position: record.request.position,
    machines: machinesHere.map((each) => ({ ...each, machine: toMachineData(each.machine) })),
    alerts: alertsHere.map((each) => ({ ...each, alert: alertData.parse(each.alert) })),
    more: isCut
      ? {
          machines: { total: total.machines, included: machinesHere.length },
          alerts: { total: total.alerts, included: alertsHere.length },
          listsFrom: hasNext ? end : null,
          url: truncated?.url ?? null,
        }
      : null,
  };
}
