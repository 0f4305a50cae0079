import { anyAnswer, problemAnswer } from './answers';
import { BAD_REQUEST, INFO, operationOf, queryParametersOf, tagsOf } from './buildOpenApi';
import type { DescribedRoute } from './DescribedRoute';
import { answerSchemaOf, namedSchemas, requestSchemaOf, type Json } from './schemas';

const PLACE = '#/definitions/';

/** Swagger 2.0 for a custom connector of Logic Apps and Power Platform: the routes that make sense as actions. */
export function buildConnector(routes: readonly DescribedRoute[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const actions = routes.filter((route) => route.method !== 'any' && operationOf(route).isAction);
  for (const route of actions) {
    const path = (paths[`/${route.path}`] ??= {});
    path[route.method.toLowerCase()] = describe(route);
  }
  return {
    swagger: '2.0',
    info: INFO,
    host: 'example.azurewebsites.net',
    basePath: '/api',
    schemes: ['https'],
    consumes: ['application/json'],
    produces: ['application/json'],
    tags: tagsOf(actions),
    paths,
    definitions: definitionsOf(paths),
    securityDefinitions: {
      // The name that connectors' properties know it by.
      api_key: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
    },
    security: [{ api_key: [] }],
  };
}

/** The named answers that `paths` refer to, and those that these refer to. */
function definitionsOf(paths: Json): Json {
  const named = Object.entries(namedSchemas(PLACE)).map(
    ([name, schema]) => [name, toSwagger(schema)] as const,
  );
  const isReferred = (text: string, name: string) => text.includes(`"${PLACE}${name}"`);
  let used = named.filter(([name]) => isReferred(JSON.stringify(paths), name));
  for (;;) {
    const text = JSON.stringify([paths, used]);
    const more = named.filter(([name]) => isReferred(text, name));
    if (more.length === used.length) return Object.fromEntries(used);
    used = more;
  }
}

function describe(route: DescribedRoute): Json {
  const { tag, summary, description, params, answers, exampleBody } = operationOf(route);
  const problem = toSwagger(answerSchemaOf(problemAnswer, PLACE));
  const inPath = Object.entries(params).map(([name, param]) => ({
    name,
    in: 'path',
    required: true,
    type: 'string',
    description: param.description,
    'x-ms-summary': titleOf(name),
    'x-ms-url-encoding': 'single',
  }));
  const inQuery = queryParametersOf(route).map(({ name, required, schema, ...parameter }) => ({
    name,
    in: 'query',
    required,
    type: 'string',
    ...(Array.isArray(schema['enum']) && { enum: schema['enum'] as unknown[] }),
    'x-ms-summary': titleOf(name),
    'x-ms-visibility': 'advanced',
    description: parameter.description ?? titleOf(name),
  }));
  const body = exampleBody && {
    name: 'body',
    in: 'body',
    required: true,
    'x-ms-summary': 'Body',
    description: 'What to ask for',
    schema: toSwagger(requestSchemaOf(route.json ?? anyAnswer)),
  };
  return {
    operationId: route.name.charAt(0).toUpperCase() + route.name.slice(1),
    tags: [tag],
    summary,
    description,
    parameters: [...inPath, ...inQuery, ...(body ? [body] : [])],
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          {
            description: answer.description,
            schema: toSwagger(answerSchemaOf(answer.schema, PLACE)),
          },
        ]),
      ),
      400: { description: BAD_REQUEST.description, schema: problem },
      default: { description: 'Problem details', schema: problem },
    },
  };
}

/** `maxAgeMs` → `Max Age Ms`. */
function titleOf(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Swagger 2.0 knows no unions: the most detailed branch represents all. */
function toSwagger(schema: Json): Json {
  const { properties, required, items, description, anyOf: branches } = schema;
  const type = typeOf(schema);
  if (Array.isArray(branches)) {
    const branch = richest(branches.filter(isObject));
    return toSwagger('$ref' in branch ? branch : { description, ...branch });
  }
  if ('$ref' in schema) return { $ref: schema['$ref'] };
  return {
    ...(type !== null && { type }),
    ...(typeof description === 'string' && { description }),
    ...(Array.isArray(schema['enum']) && { enum: schema['enum'] as unknown[] }),
    ...(isObject(items) && { items: toSwagger(items) }),
    ...(Array.isArray(required) && required.length > 0 && { required: required as unknown[] }),
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [
          name,
          named(name, toSwagger(isObject(property) ? property : {})),
        ]),
      ),
    }),
  };
}

/** The one type of what is not null; null: there are several. */
function typeOf({ type }: Json): string | null {
  const types = [type].flat().filter((each) => each !== 'null');
  const [first] = types;
  return types.length === 1 && typeof first === 'string' ? first : null;
}

/** Beside a reference nothing counts. */
function named(name: string, schema: Json): Json {
  if ('$ref' in schema) return schema;
  return { description: titleOf(name), ...schema, 'x-ms-summary': titleOf(name) };
}

function richest(branches: readonly Json[]): Json {
  const required = ({ required: names }: Json) => (Array.isArray(names) ? names.length : 0);
  const rank = (branch: Json) => (branch['type'] === 'object' ? 1 + required(branch) : 0);
  return branches.reduce<Json>(
    (best, branch) => (Object.keys(best).length === 0 || rank(branch) > rank(best) ? branch : best),
    {},
  );
}
