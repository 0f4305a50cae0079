import { z } from 'zod';
import type { Route } from '../http/Route';
import { problemAnswer } from './answers';
import { OPERATIONS, type Operation } from './operations';

export type DescribedRoute = Pick<Route, 'name' | 'path' | 'method' | 'auth' | 'query' | 'json'>;
type Json = Readonly<Record<string, unknown>>;

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

/** The JSON schema of what comes in or goes out. */
export function jsonSchemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  });
  return json;
}

interface QuerySchema {
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
}

export function queryParametersOf({ query }: Pick<DescribedRoute, 'query'>) {
  // A query is an object by its type.
  const { properties = {}, required = [] } = jsonSchemaOf(query) as QuerySchema;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    required: required.includes(name),
    schema,
  }));
}

function describe(route: DescribedRoute, operation: Operation): Json {
  const { summary, description, params, answers, exampleBody } = operation;
  const inPath = Object.entries(params).map(([name, example]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' }, example },
  }));
  const inQuery = queryParametersOf(route).map((parameter) => ({ ...parameter, in: 'query' }));
  const json = {
    schema: route.json ? jsonSchemaOf(route.json) : {},
    ...(exampleBody && { example: exampleBody }),
  };
  return {
    ...{ operationId: route.name, summary, description },
    parameters: [...inPath, ...inQuery],
    ...(exampleBody && { requestBody: { required: true, content: { 'application/json': json } } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, schema]) => [
          status,
          {
            description: `Answer ${status}`,
            content: { 'application/json': { schema: jsonSchemaOf(schema) } },
          },
        ]),
      ),
      default: {
        description: 'Problem details',
        content: { 'application/problem+json': { schema: jsonSchemaOf(problemAnswer) } },
      },
    },
    security: route.auth === 'anonymous' ? [] : [{ functionKey: [] }, { entra: [] }],
  };
}
