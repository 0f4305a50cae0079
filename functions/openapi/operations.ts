import type { z } from 'zod';
import { anyAnswer, machinesAnswer, recordAnswer, requestAnswer } from './answers';

/** What a route's own schemas do not say: for people, by the name of the route. */
export interface Operation {
  readonly summary: string;
  readonly description: string;
  /** An example of each parameter of the path. */
  readonly params: Readonly<Record<string, string>>;
  /** Answers that are no problem, by status. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  readonly exampleBody: object | null;
  /** Whether the connector of Logic Apps and Power Platform has it as an action. */
  readonly isAction: boolean;
}

const read = { params: {}, exampleBody: null, isAction: false, answers: { 200: anyAnswer } };
const lookup = { ...read, isAction: true, answers: { 200: recordAnswer, 202: requestAnswer } };

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ipMachines: {
    ...lookup,
    summary: 'Find machines by IP address',
    description: 'The machines that had an IP address, now or at a given time.',
    params: { ip: '10.1.0.10' },
  },
  ipAlerts: {
    ...lookup,
    summary: 'Find alerts by IP address',
    description: 'The alerts that name an IP address.',
    params: { ip: '203.0.113.10' },
  },
  fileMachines: {
    ...lookup,
    summary: 'Find machines by file hash',
    description: 'The machines on which a file was seen.',
    params: { hash: '3395856ce81f2b7382dee72602f798b642f14140' },
  },
  alertMachine: {
    ...lookup,
    summary: 'Find the machine of an alert',
    description: 'The machine that an alert is about.',
    params: { alertId: 'da637472900382838869_1364969609' },
  },
  machine: {
    ...lookup,
    summary: 'Find a machine by id or name',
    description: 'The machine of a device id, or of a host name.',
    params: { idOrName: '5c1f0e9ab2d34785961e0a7bd4c2f38810aa4e01' },
  },
  machines: {
    ...read,
    isAction: true,
    summary: 'List machines',
    description: 'A page of all machines that a filter lets through.',
    answers: { 200: machinesAnswer },
  },
  enrich: {
    ...read,
    isAction: true,
    summary: 'Enrich indicators',
    description: 'Up to 100 indicators in one call. What has no answer in time goes on: poll.',
    answers: { 200: requestAnswer, 202: requestAnswer },
    exampleBody: {
      id: 'incident-4711',
      source: 'playbook',
      indicators: [{ ip: '10.1.0.10' }, { host: 'srv-payroll-01.contoso.com' }],
    },
  },
  requests: {
    ...read,
    isAction: true,
    summary: 'Get the state of a request',
    description: 'How far a request is that was answered with 202.',
    params: { pollId: 'p_0123456789abcdef' },
    answers: { 200: requestAnswer, 202: requestAnswer },
  },
  results: {
    ...read,
    isAction: true,
    summary: 'Get a whole record',
    description: 'The whole record of one that was too long for its message.',
    params: { lookupId: 'l_0123456789abcdef0123456789abcdef01234567' },
    answers: { 200: recordAnswer },
  },
  ingest: {
    ...read,
    summary: 'Take in a SIEM message',
    description: 'Puts any readable payload on the input queue.',
    answers: { 202: anyAnswer },
    exampleBody: { id: 'incident-4711', indicators: [{ ip: '10.1.0.10' }] },
  },
  inventoryRuns: {
    ...read,
    summary: 'Start an inventory run',
    description: 'Starts a snapshot of all machines beside the schedule.',
    answers: { 202: anyAnswer },
  },
  inventoryLatest: {
    ...read,
    summary: 'Get the latest inventory',
    description: 'The manifest of the newest complete snapshot.',
  },
  status: {
    ...read,
    summary: 'Get the status',
    description: 'Used and left of the quota, cool-downs, the last lookups of this process.',
  },
  health: {
    ...read,
    summary: 'Get the health',
    description: 'Whether storage, broker and token can be used.',
    answers: { 200: anyAnswer, 503: anyAnswer },
  },
  openapi: { ...read, summary: 'Get this description', description: 'OpenAPI 3.1.' },
};
