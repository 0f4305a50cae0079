import type { Route } from '../http/Route';
import { problemAnswer } from './answers';
import { problem } from './examples';
import { OPERATIONS, type DescribedAnswer, type Operation } from './operations';
import { answerSchemaOf, namedSchemas, requestSchemaOf, type Json } from './schemas';

export type DescribedRoute = Pick<Route, 'name' | 'path' | 'method' | 'auth' | 'query' | 'json'>;
const PLACE = '#/components/schemas/';

const TITLE = 'Device enrichment';
const VERSION = '1.0.0';

/** OpenAPI 3.1, from the very schemas that check requests. @throws {TypeError} a route has no entry in `OPERATIONS`. */
export function buildOpenApi(routes: readonly DescribedRoute[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes.filter(({ method }) => method !== 'any')) {
    const path = (paths[`/api/${route.path}`] ??= {});
    path[route.method.toLowerCase()] = describe(route, operationOf(route));
  }
  return {
    openapi: '3.1.0',
    info: { title: TITLE, version: VERSION },
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
  const { summary, description, params, answers, exampleBody } = operation;
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
      default: {
        description: 'Problem details',
        content: {
          'application/problem+json': {
            schema: answerSchemaOf(problemAnswer, PLACE),
            example: problem,
          },
        },
      },
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
