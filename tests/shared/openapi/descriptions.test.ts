import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildConnector } from '../../../shared/openapi/buildConnector';
import { buildOpenApi, queryParametersOf } from '../../../shared/openapi/buildOpenApi';
import type { DescribedRoute } from '../../../shared/openapi/DescribedRoute';
import { problemAnswer } from '../../../shared/openapi/answers';
import { OPERATIONS } from '../../../shared/openapi/operations';
import { registeredRoutes } from './registeredRoutes';

const ROOT = join(__dirname, '..', '..', '..');
const CONNECTOR = join(ROOT, 'docs', 'connector', 'apiDefinition.swagger.json');

const copyOf = (document: object) => JSON.parse(JSON.stringify(document)) as object;

let routes: readonly DescribedRoute[];

beforeAll(async () => {
  // The platform's library says that it is not there.
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  routes = await registeredRoutes();
});

describe('buildOpenApi()', () => {
  it('describes every route that is registered, and no other', () => {
    const names = routes.filter(({ method }) => method !== 'any').map(({ name }) => name);

    expect(names.toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  });

  it('has an example for every parameter of a path, by its name', () => {
    const wrong = routes.filter(({ name, path, method }) => {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const described = Object.keys(OPERATIONS[name]?.params ?? {});
      return method !== 'any' && inPath.join() !== described.join();
    });

    expect(wrong).toEqual([]);
  });

  it('has example bodies that the routes accept', () => {
    const refused = routes.filter(
      ({ name, json }) => json && !json.safeParse(OPERATIONS[name]?.exampleBody).success,
    );

    expect(refused.map(({ name }) => name)).toEqual([]);
  });

  it('has an example for every parameter of a query, which the route accepts', () => {
    const refused = routes.flatMap((route) =>
      queryParametersOf(route)
        .filter(
          ({ name, example }) =>
            example === undefined || !route.query.safeParse({ [name]: example }).success,
        )
        .map(({ name }) => `${route.name} ${name}`),
    );

    expect(refused).toEqual([]);
  });

  const answers = Object.entries(OPERATIONS).flatMap(([name, operation]) =>
    Object.entries(operation.answers).map(([status, answer]) => ({ name, status, ...answer })),
  );
  it.each(answers)('has an example of answer $status of $name as it is described', (answer) => {
    const parsed = answer.schema.safeParse(answer.example);

    expect(parsed.error?.issues ?? []).toEqual([]);
    expect(parsed.data).toEqual(answer.example); // no field is missing that has a default
    expect(JSON.stringify(answer.example).length).toBeGreaterThan(10);
  });

  const problems = Object.entries(OPERATIONS).flatMap(([name, { problems: described }]) =>
    Object.entries(described).map(([status, { example }]) => ({ name, status, example })),
  );
  it.each(problems)('has an example of problem $status of $name', ({ name, status, example }) => {
    const { paths } = buildOpenApi(routes) as {
      paths: Record<string, Record<string, { operationId: string; responses: object }>>;
    };
    const operation = Object.values(paths)
      .flatMap((path) => Object.values(path))
      .find(({ operationId }) => operationId === name);

    expect(problemAnswer.parse(example)).toMatchObject({ status: Number(status) });
    expect(operation?.responses).toHaveProperty(status);
  });

  it('describes 415 for every route that takes a body', () => {
    const takesBody = Object.entries(OPERATIONS).filter(([, { exampleBody }]) => exampleBody);

    expect(takesBody.map(([name]) => name)).toEqual(['enrich', 'ingest', 'mcp']);
    expect(takesBody.filter(([, { problems: described }]) => !described[415])).toEqual([]);
  });

  it('leaves answers open for more fields, and requests closed', () => {
    const { paths } = buildOpenApi(routes) as {
      paths: Record<string, { post: { requestBody: object; responses: object } }>;
    };
    const { requestBody, responses } = paths['/api/enrich']?.post ?? {};

    expect(JSON.stringify(requestBody)).toContain('"additionalProperties":false');
    expect(JSON.stringify(responses)).not.toContain('"additionalProperties":false');
  });
});

describe('buildConnector()', () => {
  it('keeps the rules for names, summaries and paths of custom connectors', () => {
    const { paths } = buildConnector(routes) as {
      paths: Record<
        string,
        Record<
          string,
          { operationId: string; summary: string; parameters: Record<string, unknown>[] }
        >
      >;
    };
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const parameters = operations.flatMap((operation) => operation.parameters);

    for (const { operationId, summary } of operations) {
      expect(operationId).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(summary).toMatch(/^[A-Z][^/]{0,78}[a-z0-9]$/);
    }
    for (const parameter of parameters) {
      expect(parameter).toMatchObject({
        'x-ms-summary': expect.stringMatching(/^[A-Z]/) as unknown,
        description: expect.stringMatching(/./) as unknown,
        ...(parameter['in'] === 'path' && { 'x-ms-url-encoding': 'single' }),
      });
    }
  });

  it('comes with properties that ask for the one key it names', () => {
    const text = readFileSync(join(ROOT, 'docs', 'connector', 'apiProperties.json'), 'utf8');
    const { properties } = JSON.parse(text) as { properties: Record<string, unknown> };

    const { securityDefinitions } = buildConnector(routes);
    expect(securityDefinitions).toEqual({
      api_key: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
    });
    expect(properties).toMatchObject({
      connectionParameters: { api_key: { type: 'securestring' } },
      iconBrandColor: expect.stringMatching(/^#(?!007ee5|ffffff)[0-9a-f]{6}$/) as unknown,
    });
  });

  it('is what the repository holds; UPDATE_CONNECTOR=1 writes it anew', () => {
    const connector = buildConnector(routes);
    if (process.env['UPDATE_CONNECTOR'] === '1') {
      writeFileSync(CONNECTOR, JSON.stringify(connector, null, 2));
    }

    expect(JSON.parse(readFileSync(CONNECTOR, 'utf8'))).toEqual(copyOf(connector));
  });
});
