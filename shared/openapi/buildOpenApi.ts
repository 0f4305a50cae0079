import type { DescribedRoute } from './DescribedRoute';
import { problemAnswer } from './answers';
import { problems as problemExamples } from './examples';
import type { DescribedAnswer, DescribedProblem, Operation } from './Operation';
import { OPERATIONS } from './operations';
import { answerSchemaOf, namedSchemas, requestSchemaOf, type Json } from './schemas';

const PLACE = '#/components/schemas/';

/** What the API is called, and its version. */
export const API = { title: 'Device enrichment', version: '1.0.0' } as const;

/** OpenAPI 3.1, from the very schemas that check requests. @throws {TypeError} a route has no entry in `OPERATIONS`. */
export function buildOpenApi(routes: readonly DescribedRoute[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  // They register in no fixed order.
  const inOrder = routes.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const route of inOrder.filter(({ method }) => method !== 'any')) {
    const path = (paths[`/api/${route.path}`] ??= {});
    path[route.method.toLowerCase()] = describe(route, operationOf(route));
  }
  return {
    openapi: '3.1.0',
    info: API,
    paths,
    components: {
      schemas: namedSchemas(PLACE),
      securitySchemes: {
        functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        entra: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}

export function operationOf({ name }: Pick<DescribedRoute, 'name'>): Operation {
  const operation = OPERATIONS[name];
  if (!operation) throw new TypeError(`Cannot describe route ${name}: it has no operation`);
  return operation;
}

interface QuerySchema {
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
}

export function queryParametersOf({ query }: Pick<DescribedRoute, 'query'>) {
  // A query is an object by its type.
  const { properties = {}, required = [] } = requestSchemaOf(query) as QuerySchema;
  return Object.entries(properties).map(([name, { description, example, ...schema }]) => ({
    name,
    required: required.includes(name),
    description,
    schema,
    example,
  }));
}

function describe(route: DescribedRoute, operation: Operation): Json {
  const { summary, description, params, answers, problems, exampleBody } = operation;
  const inPath = Object.entries(params).map(([name, param]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...param,
  }));
  const inQuery = queryParametersOf(route).map((parameter) => ({ ...parameter, in: 'query' }));
  const json = {
    schema: route.json ? requestSchemaOf(route.json) : {},
    ...(exampleBody && { example: exampleBody }),
  };
  return {
    operationId: route.name,
    summary,
    description,
    parameters: [...inPath, ...inQuery],
    ...(exampleBody && { requestBody: { required: true, content: { 'application/json': json } } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, describeAnswer(answer)]),
      ),
      ...Object.fromEntries(
        Object.entries(problems).map(([status, each]) => [status, describeProblem(each)]),
      ),
      default: describeProblem({ description: 'Problem details', example: problemExamples.noSlot }),
    },
    security: route.auth === 'caller' ? [{ functionKey: [] }, { entra: [] }] : [],
  };
}

function describeAnswer({ description, schema, example, headers = [] }: DescribedAnswer): Json {
  return {
    description,
    headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])),
    content: { 'application/json': { schema: answerSchemaOf(schema, PLACE), example } },
  };
}

function describeProblem({ description, example }: DescribedProblem): Json {
  const schema = answerSchemaOf(problemAnswer, PLACE);
  return { description, content: { 'application/problem+json': { schema, example } } };
}
