import type { DescribedRoute } from './DescribedRoute';
import { problemAnswer } from './answers';
import { problems as problemExamples } from './examples';
import { TAGS, type DescribedAnswer, type DescribedProblem, type Operation } from './Operation';
import { OPERATIONS } from './operations';
import { answerSchemaOf, namedSchemas, requestSchemaOf, type Json } from './schemas';

const PLACE = '#/components/schemas/';

/** What the API is called, and its version. */
export const API = { title: 'Device enrichment', version: '1.0.0' } as const;

/** What every description begins with. */
export const INFO = {
  ...API,
  description: 'Answers which devices stand behind addresses, hashes, alerts and names.',
  contact: { name: 'The operators of this app' },
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
} as const;

/** Every route refuses parameters that it does not know. */
export const BAD_REQUEST: DescribedProblem = {
  description: 'A parameter or the body is wrong: detail says which and why',
  example: problemExamples.badParameter,
};

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
    info: INFO,
    // Below the address that the description comes from.
    servers: [{ url: '/' }],
    tags: tagsOf(routes),
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

/** The groups that these routes are in. */
export function tagsOf(routes: readonly DescribedRoute[]): readonly Json[] {
  const used = new Set<string>(
    routes.filter(({ method }) => method !== 'any').map((route) => operationOf(route).tag),
  );
  return Object.entries(TAGS).flatMap(([name, description]) =>
    used.has(name) ? [{ name, description }] : [],
  );
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
  const { tag, summary, description, params, answers, exampleBody } = operation;
  const problems = { 400: BAD_REQUEST, ...operation.problems };
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
    tags: [tag],
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
