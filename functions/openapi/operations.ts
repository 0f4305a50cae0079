import type { z } from 'zod';
import { manifestSchema } from '../../shared/inventory/snapshot/Manifest';
import {
  anyAnswer,
  healthAnswer,
  ingestAnswer,
  inventoryRunAnswer,
  machinesAnswer,
  recordAnswer,
  requestAnswer,
  statusAnswer,
} from './answers';
import * as examples from './examples';

export interface DescribedAnswer {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly example: object;
  /** Names of headers that callers need. */
  readonly headers?: readonly string[];
}

/** What a route's own schemas do not say: for people, by the name of the route. */
export interface Operation {
  readonly summary: string;
  readonly description: string;
  /** The parameters of the path. */
  readonly params: Readonly<
    Record<string, { readonly example: string; readonly description: string }>
  >;
  /** Answers that are no problem, by status. */
  readonly answers: Readonly<Record<number, DescribedAnswer>>;
  readonly exampleBody: object | null;
  /** Whether the connector of Logic Apps and Power Platform has it as an action. */
  readonly isAction: boolean;
}

const read = { params: {}, exampleBody: null, isAction: false };

const goesOn = (example: object): DescribedAnswer => ({
  description: 'Goes on: ask again at Location after Retry-After seconds',
  schema: requestAnswer,
  example,
  headers: ['Location', 'Retry-After'],
});
const record = (example: object): DescribedAnswer => ({
  description: 'The enrichment record, whatever its outcome',
  schema: recordAnswer,
  example,
});

/** A route that answers one question with one record. */
function lookup(
  texts: Pick<Operation, 'summary' | 'description'>,
  name: string,
  param: Operation['params'][string],
  example: object,
): Operation {
  const answers = { 200: record(example), 202: goesOn(examples.request.accepted) };
  return { ...read, ...texts, isAction: true, params: { [name]: param }, answers };
}

const ip = { example: '10.1.0.10', description: 'IPv4 or IPv6 address' };
const hash = {
  example: '3395856ce81f2b7382dee72602f798b642f14140',
  description: 'SHA-1, SHA-256 or MD5 of the file',
};
const alertId = {
  example: 'da637472900382838869_1364969609',
  description: 'Alert id of Defender for Endpoint',
};
const idOrName = {
  example: examples.MACHINE_ID,
  description: 'Device id (of Defender or Entra), or host name',
};

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ipMachines: lookup(
    {
      summary: 'Find machines by IP address',
      description: 'The machines that had an IP address, now or at a given time.',
    },
    'ip',
    ip,
    examples.machineRecord({
      kind: 'ip',
      value: ip.example,
      path: 'ip',
      endpoint: 'machines/findbyip',
      by: 'findByIp',
    }),
  ),
  ipAlerts: lookup(
    {
      summary: 'Find alerts by IP address',
      description: 'The alerts that name an IP address.',
    },
    'ip',
    ip,
    examples.alertRecord({
      kind: 'ip',
      value: ip.example,
      path: 'ip',
      endpoint: 'ips/{ip}/alerts',
    }),
  ),
  fileMachines: lookup(
    {
      summary: 'Find machines by file hash',
      description: 'The machines on which a file was seen.',
    },
    'hash',
    hash,
    examples.machineRecord({
      kind: 'file',
      value: hash.example,
      path: 'hash',
      endpoint: 'files/{sha1}/machines',
      by: 'file',
    }),
  ),
  alertMachine: lookup(
    {
      summary: 'Find the machine of an alert',
      description: 'The machine that an alert is about.',
    },
    'alertId',
    alertId,
    examples.machineRecord({
      kind: 'alert',
      value: alertId.example,
      path: 'alertId',
      endpoint: 'alerts/{id}/machine',
      by: 'alert',
    }),
  ),
  machine: lookup(
    {
      summary: 'Find a machine by id or name',
      description: 'The machine of a device id, or of a host name.',
    },
    'idOrName',
    idOrName,
    examples.machineRecord({
      kind: 'machine',
      value: idOrName.example,
      path: 'idOrName',
      endpoint: 'machines/{id}',
      by: 'machineId',
    }),
  ),
  machines: {
    ...read,
    isAction: true,
    summary: 'List machines',
    description: 'A page of all machines that a filter lets through.',
    answers: {
      200: { description: 'A page', schema: machinesAnswer, example: examples.machinePage },
    },
  },
  enrich: {
    ...read,
    isAction: true,
    summary: 'Enrich indicators',
    description: 'Up to 100 indicators in one call. What has no answer in time goes on: poll.',
    answers: {
      200: {
        description: 'Every record',
        schema: requestAnswer,
        example: examples.request.completed,
      },
      202: goesOn(examples.request.running),
    },
    exampleBody: {
      id: 'incident-4711',
      source: 'playbook',
      indicators: [{ machineId: examples.MACHINE_ID }, { host: 'srv-payroll-02.contoso.com' }],
    },
  },
  requestPoll: {
    ...read,
    isAction: true,
    summary: 'Get the state of a request',
    description: 'How far a request is that was answered with 202.',
    params: { pollId: { example: examples.POLL_ID, description: 'The last part of Location' } },
    answers: {
      200: {
        description: 'Every record',
        schema: requestAnswer,
        example: examples.request.completed,
      },
      202: goesOn(examples.request.running),
    },
  },
  wholeRecord: {
    ...read,
    isAction: true,
    summary: 'Get a whole record',
    description: 'The whole record of one that was too long for its message.',
    params: { lookupId: { example: examples.LOOKUP_ID, description: 'lookupId of the record' } },
    answers: {
      200: record(
        examples.machineRecord({
          kind: 'file',
          value: hash.example,
          path: 'hash',
          endpoint: 'files/{sha1}/machines',
          by: 'file',
        }),
      ),
    },
  },
  ingest: {
    ...read,
    summary: 'Take in a SIEM message',
    description: 'Puts any readable payload on the input queue.',
    answers: {
      202: {
        description: 'The id that the records will carry',
        schema: ingestAnswer,
        example: examples.ingested,
      },
    },
    exampleBody: { id: 'incident-4711', indicators: [{ ip: '10.1.0.10' }] },
  },
  inventoryRuns: {
    ...read,
    summary: 'Start an inventory run',
    description: 'Starts a snapshot of all machines beside the schedule.',
    answers: {
      202: {
        description: 'The run has started',
        schema: inventoryRunAnswer,
        example: examples.inventoryRun,
        headers: ['Location'],
      },
    },
  },
  inventoryLatest: {
    ...read,
    summary: 'Get the latest inventory',
    description: 'The manifest of the newest complete snapshot.',
    answers: {
      200: { description: 'The manifest', schema: manifestSchema, example: examples.manifest },
    },
  },
  status: {
    ...read,
    summary: 'Get the status',
    description: 'Used and left of the quota, cool-downs, queues, the last lookups.',
    answers: {
      200: { description: 'The status', schema: statusAnswer, example: examples.status },
    },
  },
  health: {
    ...read,
    summary: 'Get the health',
    description: 'Whether storage, broker, token and Defender can be used.',
    answers: {
      200: { description: 'Works', schema: healthAnswer, example: examples.health.ok },
      503: {
        description: 'Cannot work',
        schema: healthAnswer,
        example: examples.health.unavailable,
      },
    },
  },
  openapi: {
    ...read,
    summary: 'Get this description',
    description: 'OpenAPI 3.1.',
    answers: {
      200: { description: 'A description', schema: anyAnswer, example: { openapi: '3.1.0' } },
    },
  },
};
