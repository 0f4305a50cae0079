import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from '@readme/openapi-parser';
import { recordAnswer } from '../../../functions/openapi/answers';
import { buildConnector } from '../../../functions/openapi/buildConnector';
import { buildOpenApi, type DescribedRoute } from '../../../functions/openapi/buildOpenApi';
import { OPERATIONS } from '../../../functions/openapi/operations';
import { registeredRoutes } from './registeredRoutes';

const ROOT = join(__dirname, '..', '..', '..');
const CONNECTOR = join(ROOT, 'docs', 'connector', 'apiDefinition.swagger.json');

type Document = Parameters<typeof validate>[0];
const copyOf = (document: object) => JSON.parse(JSON.stringify(document)) as Document;

let routes: readonly DescribedRoute[];

beforeAll(async () => {
  // The platform's library says that it is not there.
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  routes = await registeredRoutes();
});

describe('buildOpenApi()', () => {
  it('is valid OpenAPI 3.1', async () => {
    const found = await validate(copyOf(buildOpenApi(routes)));

    expect(found).toMatchObject({ valid: true });
  });

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

  it('describes records as they are', () => {
    const golden = readFileSync(join(ROOT, 'tests/fixtures/golden/machine.json'), 'utf8');
    const { published } = JSON.parse(golden) as { published: { record: unknown }[] };

    expect(recordAnswer.safeParse(published[0]?.record)).toMatchObject({ success: true });
  });
});

describe('buildConnector()', () => {
  it('is valid Swagger 2.0', async () => {
    const found = await validate(copyOf(buildConnector(routes)));

    expect(found).toMatchObject({ valid: true });
  });

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

  it('is what the repository holds; UPDATE_CONNECTOR=1 writes it anew', () => {
    const connector = buildConnector(routes);
    if (process.env['UPDATE_CONNECTOR'] === '1') {
      writeFileSync(CONNECTOR, JSON.stringify(connector, null, 2));
    }

    expect(JSON.parse(readFileSync(CONNECTOR, 'utf8'))).toEqual(copyOf(connector));
  });
});
