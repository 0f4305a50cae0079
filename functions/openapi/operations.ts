import type { z } from 'zod';
import { endpoints } from '../../shared/defender/endpoints';
import { INDICATOR_KINDS, type IndicatorKind } from '../../shared/indicators/Indicator';
import { file } from '../../shared/kinds/file';
import type { LookupRoute } from '../../shared/kinds/Kind';
import { KINDS } from '../../shared/kinds/kinds';
import type { EnrichmentRecord } from '../../shared/records/EnrichmentRecord';
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

/** Of a route that asks for alerts, one of those; of any other, a machine. */
function exampleOf(kind: IndicatorKind, { asks, parameter }: LookupRoute): EnrichmentRecord {
  const { steps } = KINDS[kind];
  const { endpoint, match } =
    steps.find((step) => (step.match === null) === (asks === 'alerts')) ?? steps[0];
  const asked = {
    kind,
    value: parameter.example,
    path: parameter.name,
    endpoint: endpoints[endpoint].label,
  };
  return match ? examples.machineRecord({ ...asked, by: match.by }) : examples.alertRecord(asked);
}

/** The routes that answer one question with one record. */
const lookups: Readonly<Record<string, Operation>> = Object.fromEntries(
  INDICATOR_KINDS.flatMap((kind) =>
    KINDS[kind].routes.map((route) => {
      const { name, summary, description, parameter } = route;
      const { name: parameterName, ...param } = parameter;
      const answers = {
        200: record(exampleOf(kind, route)),
        202: goesOn(examples.request.accepted),
      };
      const params = { [parameterName]: param };
      return [name, { ...read, summary, description, isAction: true, params, answers }] as const;
    }),
  ),
);

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...lookups,
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
      200: record(exampleOf('file', file.routes[0])),
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
