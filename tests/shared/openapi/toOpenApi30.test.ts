import { toOpenApi30 } from '../../../shared/openapi/toOpenApi30';

const converted = (schema: object) => {
  const { components } = toOpenApi30({ openapi: '3.1.0', components: { schemas: { It: schema } } });
  return (components as { schemas: { It: unknown } }).schemas.It;
};

describe('toOpenApi30()', () => {
  it.each([
    {
      title: 'a type that may be null',
      schema: { type: ['string', 'null'], description: 'a' },
      expected: { type: 'string', nullable: true, description: 'a' },
    },
    {
      title: 'one of some values, or null',
      schema: { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] },
      expected: { type: 'string', nullable: true, enum: ['a', null] },
    },
    {
      title: 'a reference or null, which must stay null',
      schema: { anyOf: [{ $ref: '#/x' }, { type: 'null' }] },
      expected: { anyOf: [{ $ref: '#/x' }, { type: 'object', nullable: true, enum: [null] }] },
    },
    {
      title: 'several types',
      schema: { type: ['string', 'number', 'null'] },
      expected: {
        anyOf: [
          { type: 'string' },
          { type: 'number' },
          { type: 'object', nullable: true, enum: [null] },
        ],
      },
    },
    {
      title: 'null alone',
      schema: { type: 'null' },
      expected: { type: 'object', nullable: true, enum: [null] },
    },
    {
      title: 'a constant',
      schema: { type: 'string', const: 'a' },
      expected: { type: 'string', enum: ['a'] },
    },
    {
      title: 'a reference with a description',
      schema: { $ref: '#/x', description: 'a' },
      expected: { description: 'a', allOf: [{ $ref: '#/x' }] },
    },
    {
      title: 'names of a map',
      schema: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: {} },
      expected: { type: 'object', additionalProperties: {} },
    },
    {
      title: 'what is further inside',
      schema: {
        type: 'object',
        properties: { const: { type: 'array', items: { const: 1 } } },
        additionalProperties: { type: ['integer', 'null'] },
      },
      expected: {
        type: 'object',
        properties: { const: { type: 'array', items: { enum: [1] } } },
        additionalProperties: { type: 'integer', nullable: true },
      },
    },
  ])('converts $title', ({ schema, expected }) => {
    expect(converted(schema)).toEqual(expected);
  });

  it('leaves examples and what is no schema as they are', () => {
    const example = { schema: { const: 1 }, schemas: { type: 'null' } };
    const paths = { '/a': { get: { content: { schema: { const: 1 }, example } } } };

    expect(toOpenApi30({ openapi: '3.1.0', paths })).toEqual({
      openapi: '3.0.1',
      paths: { '/a': { get: { content: { schema: { enum: [1] }, example } } } },
    });
  });
});
