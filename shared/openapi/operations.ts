import { z } from 'zod';
import { INDICATOR_KINDS, type IndicatorKind } from '../indicators/Indicator';
import { file } from '../kinds/file';
import type { LookupRoute } from '../kinds/Kind';
import { KINDS } from '../kinds/kinds';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import { requestRecordSchema } from '../requestRecords/RequestRecord';
import { traceSchema } from '../requestRecords/Trace';
import { manifestSchema } from '../inventory/snapshot/Manifest';
import {
  anyAnswer,
  explainAnswer,
  healthAnswer,
  ingestAnswer,
  inventoryRunAnswer,
  machinesAnswer,
  requestAnswer,
  statusAnswer,
  tokenGuideAnswer,
} from './answers';
import type { DescribedAnswer, Operation } from './Operation';
import { anyRecord } from './projectedRecords';
import * as examples from './examples';
import * as records from './recordExamples';

const read = { params: {}, problems: {}, exampleBody: null, isAction: false };

const goesOn = (example: object): DescribedAnswer => ({
  description: 'Goes on: ask again at Location after Retry-After seconds',
  schema: requestAnswer,
  example,
  headers: ['Location', 'Retry-After'],
});
const record = (example: object): DescribedAnswer => ({
  description: 'The enrichment record, whatever its outcome, in the shape that format asks for',
  schema: anyRecord,
  example,
});

/** Of several questions: all at once, or as far as they are. */
const requestAnswers = {
  200: { description: 'Every record', schema: requestAnswer, example: records.request.completed },
  202: goesOn(records.request.running),
};

/** Of a route that asks for alerts, one of those; of any other, a machine. */
function exampleOf(kind: IndicatorKind, route: LookupRoute): EnrichmentRecord {
  const { asks, parameter, takesTime } = route;
  const { steps } = KINDS[kind];
  const { step, match } =
    steps.find((each) => (each.match === null) === (asks === 'alerts')) ?? steps[0];
  const at = takesTime ? records.SEEN_AT : null;
  const asked = { kind, value: parameter.example, path: parameter.name, at, step };
  return match ? records.machineRecord(asked) : records.alertRecord(asked);
}

/** The routes that answer one question with one record. */
const lookups: Readonly<Record<string, Operation>> = Object.fromEntries(
  INDICATOR_KINDS.flatMap((kind) =>
    KINDS[kind].routes.map((route) => {
      const { name, summary, description, parameter } = route;
      const { name: parameterName, ...param } = parameter;
      const answers = {
        200: record(exampleOf(kind, route)),
        202: goesOn(records.request.accepted),
      };
      const params = { [parameterName]: param };
      return [
        name,
        { ...read, tag: 'Lookups', summary, description, isAction: true, params, answers },
      ] as const;
    }),
  ),
);

const fileRecord = exampleOf('file', file.routes[0]);

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...lookups,
  machines: {
    ...read,
    tag: 'Lookups',
    isAction: true,
    summary: 'List machines',
    description: 'A page of all machines that a filter lets through.',
    answers: {
      200: { description: 'A page', schema: machinesAnswer, example: records.machinePage },
    },
  },
  enrich: {
    ...read,
    tag: 'Lookups',
    isAction: true,
    summary: 'Enrich indicators',
    description: 'Up to 100 indicators in one call. What has no answer in time goes on: poll.',
    answers: requestAnswers,
    problems: {
      415: {
        description: 'The body is compressed, or in another charset than UTF-8',
        example: examples.problems.compressed,
      },
    },
    exampleBody: {
      id: 'incident-4711',
      source: 'playbook',
      indicators: [{ machineId: records.MACHINE_ID }, { host: 'srv-payroll-02.contoso.com' }],
    },
  },
  requestPoll: {
    ...read,
    tag: 'Requests',
    isAction: true,
    summary: 'Get the state of a request',
    description: 'How far a request is that was answered with 202.',
    params: { pollId: { example: records.POLL_ID, description: 'The last part of Location' } },
    answers: requestAnswers,
  },
  wholeRecord: {
    ...read,
    tag: 'Requests',
    isAction: true,
    summary: 'Get a whole record',
    description: 'The whole record of one that was too long for its message.',
    params: {
      id: {
        example: fileRecord.lookupId,
        description: 'lookupId of the record, or its request.id',
      },
    },
    answers: {
      200: {
        description: 'The enrichment record of the lookup, or the record of the request',
        schema: z.union([record(fileRecord).schema, requestRecordSchema]),
        example: fileRecord,
      },
    },
  },
  trace: {
    ...read,
    tag: 'Requests',
    summary: 'Trace requests from the queue',
    description: 'Where the requests of an event are, or one request, or that of a lookup.',
    answers: {
      200: {
        description: 'The newest requests first',
        schema: traceSchema,
        example: examples.trace,
      },
    },
  },
  ingest: {
    ...read,
    tag: 'Messages',
    summary: 'Take in a SIEM message',
    description: 'Puts any readable payload on the input queue.',
    answers: {
      200: {
        description: 'With dryRun: how the payload would be read',
        schema: explainAnswer,
        example: examples.explained,
      },
      202: {
        description: 'The id that the records will carry',
        schema: ingestAnswer,
        example: examples.ingested,
      },
    },
    problems: {
      415: {
        description: 'The body is in another charset than UTF-8',
        example: examples.problems.charset,
      },
      422: {
        description: 'The body cannot be read as a message: code says why',
        example: examples.problems.unreadable,
      },
    },
    exampleBody: { id: 'incident-4711', indicators: [{ ip: '10.1.0.10' }] },
  },
  inventoryRuns: {
    ...read,
    tag: 'Inventory',
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
    tag: 'Inventory',
    summary: 'Get the latest inventory',
    description: 'The manifest of the newest complete snapshot.',
    answers: {
      200: { description: 'The manifest', schema: manifestSchema, example: examples.manifest },
    },
  },
  mcp: {
    ...read,
    tag: 'Agents',
    summary: 'Model Context Protocol',
    description:
      'For agents: one message of the protocol over Streamable HTTP, without sessions. Its tools describe themselves.',
    answers: {
      200: {
        description: 'The answer to the message',
        schema: anyAnswer,
        example: examples.mcp.answer,
      },
    },
    problems: {
      403: {
        description: 'The header Origin names another site',
        example: examples.problems.foreignOrigin,
      },
      415: {
        description: 'The body is in another charset than UTF-8',
        example: examples.problems.charset,
      },
    },
    exampleBody: examples.mcp.message,
  },
  mcpTokenGuide: {
    ...read,
    tag: 'Agents',
    summary: 'Get where agents get a token',
    description:
      'OAuth protected-resource metadata of /api/mcp (RFC 9728). 404 where function keys are used.',
    answers: {
      200: {
        description: 'The metadata',
        schema: tokenGuideAnswer,
        example: examples.mcp.tokenGuide,
      },
    },
  },
  status: {
    ...read,
    tag: 'Operation',
    summary: 'Get the status',
    description: 'Used and left of the quota, cool-downs, queues, the last lookups.',
    answers: {
      200: { description: 'The status', schema: statusAnswer, example: examples.status },
    },
  },
  health: {
    ...read,
    tag: 'Operation',
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
    tag: 'Operation',
    summary: 'Get this description',
    description: 'OpenAPI 3.1, or 3.0.1 for importers that know no newer one.',
    answers: {
      200: { description: 'A description', schema: anyAnswer, example: { openapi: '3.1.0' } },
    },
  },
};
