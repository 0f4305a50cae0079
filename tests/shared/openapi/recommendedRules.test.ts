import { validate } from '@readme/openapi-parser';
import Ajv from 'ajv';
import { buildConnector } from '../../../shared/openapi/buildConnector';
import { buildOpenApi } from '../../../shared/openapi/buildOpenApi';
import { toOpenApi30 } from '../../../shared/openapi/toOpenApi30';
import { registeredRoutes } from './registeredRoutes';

interface Content {
  readonly schema: object;
  readonly example?: unknown;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Content>> }>
  >;
}
interface Description {
  readonly info: object;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const VERSIONS = ['OpenAPI 3.1', 'OpenAPI 3.0.1', 'Swagger 2.0'] as const;
type Version = (typeof VERSIONS)[number];
let descriptions: Readonly<Record<Version, Description>>;

const copyOf = (value: object) => JSON.parse(JSON.stringify(value)) as Description;

beforeAll(async () => {
  // The platform's library says that it is not there.
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const routes = await registeredRoutes();
  const newest = buildOpenApi(routes);
  descriptions = {
    'OpenAPI 3.1': copyOf(newest),
    'OpenAPI 3.0.1': copyOf(toOpenApi30(newest)),
    'Swagger 2.0': copyOf(buildConnector(routes)),
  };
});

const operationsOf = (version: Version) =>
  Object.values(descriptions[version].paths).flatMap((path) => Object.values(path));

/** Of every object below `part`, what `find` finds. */
function findAll(part: unknown, find: (object: Readonly<Record<string, unknown>>) => string[]) {
  const found: string[] = [];
  JSON.stringify(part, (key, value: unknown) => {
    if (key === 'example') return undefined;
    if (typeof value === 'object' && value !== null) found.push(...find({ ...value }));
    return value;
  });
  return found;
}

/** What spectral (`spectral:oas`) and redocly (`recommended`) look for. */
describe.each(VERSIONS)('The description in %s', (version) => {
  it('is valid', async () => {
    const document = copyOf(descriptions[version]) as unknown as Parameters<typeof validate>[0]; // a document of any version

    expect(await validate(document)).toMatchObject({ valid: true });
  });

  it('says what it is, whose it is and where it is', () => {
    const said = expect.stringMatching(/\w/) as unknown;

    expect(descriptions[version]).toMatchObject({
      info: {
        title: said,
        description: said,
        contact: { name: said },
        license: { name: said, url: said },
      },
      ...(version === 'Swagger 2.0' ? { host: said } : { servers: [{ url: '/' }] }),
    });
  });

  it('declares the tags that operations have, and no others', () => {
    const { tags } = descriptions[version];
    const used = operationsOf(version).flatMap((operation) => operation.tags);

    expect(operationsOf(version).filter((operation) => operation.tags.length !== 1)).toEqual([]);
    expect(new Set(tags.map(({ name }) => name))).toEqual(new Set(used));
    expect(tags.filter(({ description }) => description === '')).toEqual([]);
  });

  it('gives each operation an id, a summary, a description, and an answer to bad requests', () => {
    const operations = operationsOf(version);

    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { summary, description, responses } of operations) {
      expect([summary, description]).not.toContain('');
      expect(Object.keys(responses).filter((status) => /^4\d\d$/.test(status))).not.toEqual([]);
    }
  });

  it('defines every property that it requires', () => {
    const undefinedProperties = findAll(descriptions[version], ({ required, properties = {} }) =>
      Array.isArray(required)
        ? required.map(String).filter((name) => !Object.hasOwn(properties as object, name))
        : [],
    );

    expect(undefinedProperties).toEqual([]);
  });

  it('refers to every schema that it names, with nothing beside a reference but a description', () => {
    const references = findAll(descriptions[version], ({ $ref, description: _, ...beside }) =>
      typeof $ref === 'string' ? [$ref, ...Object.keys(beside)] : [],
    );
    const { components, definitions } = descriptions[version] as {
      components?: { schemas: object };
      definitions?: object;
    };
    const place = components ? '#/components/schemas/' : '#/definitions/';
    const named = Object.keys(components?.schemas ?? definitions ?? {});

    expect(new Set(references)).toEqual(new Set(named.map((name) => `${place}${name}`)));
  });
});

describe('The description in OpenAPI 3.0.1', () => {
  it('has an example of every body and of every answer, as it is described', () => {
    const document = descriptions['OpenAPI 3.0.1'];
    const ajv = new Ajv({
      nullable: true,
      validateSchema: false,
      unknownFormats: 'ignore',
      logger: false,
    });
    ajv.addSchema(document, 'description');
    const wrong = operationsOf('OpenAPI 3.0.1').flatMap(({ operationId, requestBody, responses }) =>
      [requestBody, ...Object.values(responses)].flatMap((part) =>
        Object.values(part?.content ?? {}).flatMap(({ schema, example }) => {
          const text = JSON.stringify(schema).replaceAll('"#/', '"description#/');
          const isValid = ajv.validate(JSON.parse(text) as object, example) === true;
          return example === undefined || !isValid ? [`${operationId}: ${ajv.errorsText()}`] : [];
        }),
      ),
    );

    expect(wrong).toEqual([]);
  });

  it('says nothing that this version does not know', () => {
    const unknown = findAll(descriptions['OpenAPI 3.0.1'], ({ type, ...others }) => [
      ...(Array.isArray(type) || type === 'null' ? [`type ${JSON.stringify(type)}`] : []),
      ...['const', 'propertyNames', 'examples', 'contentMediaType', 'prefixItems'].filter((key) =>
        Object.hasOwn(others, key),
      ),
    ]);

    expect(unknown).toEqual([]);
  });
});
