import type { Json } from './schemas';

/** The same description in OpenAPI 3.0.1, whose schemas know no `null`, no constants and no list of types. */
export function toOpenApi30(description: Json): Json {
  return { ...(convert(description) as Json), openapi: '3.0.1' };
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapped = (json: Json, map: (value: unknown, key: string) => unknown): Json =>
  Object.fromEntries(Object.entries(json).map(([key, value]) => [key, map(value, key)]));

/** Everything but schemas is the same in both; examples may hold any key. */
function convert(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(convert);
  if (!isObject(part)) return part;
  return mapped(part, (value, key) => {
    if (key === 'example') return value;
    if (key === 'schema') return toSchema(value);
    if (key === 'schemas' && isObject(value)) return mapped(value, toSchema);
    return convert(value);
  });
}

/** `nullable` counts only beside a type. */
const NULL: Json = { type: 'object', nullable: true, enum: [null] };

const typed = (type: unknown): Json => (type === 'null' ? NULL : { type });

function toSchema(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const { propertyNames: _, $ref, const: only, type, anyOf, ...rest } = mapped(schema, keyword);
  // Beside a reference nothing counts.
  if ($ref !== undefined)
    return Object.keys(rest).length > 0 ? { ...rest, allOf: [{ $ref }] } : { $ref };
  const same: Json = only === undefined ? rest : { ...rest, enum: [only] };
  if (Array.isArray(anyOf)) return toUnion(same, anyOf.filter(isObject));
  if (Array.isArray(type)) return toUnion(same, type.map(typed));
  return type === undefined ? same : { ...typed(type), ...same };
}

function keyword(value: unknown, key: string): unknown {
  if (key === 'properties' && isObject(value)) return mapped(value, toSchema);
  if (key === 'anyOf' && Array.isArray(value)) return value.map(toSchema);
  return ['items', 'additionalProperties'].includes(key) ? toSchema(value) : value;
}

const isNull = ({ enum: values }: Json) =>
  Array.isArray(values) && values.length === 1 && values[0] === null;

/** One of the branches; if all but null are one schema with a type, that, as nullable. */
function toUnion(rest: Json, branches: readonly Json[]): Json {
  const others = branches.filter((branch) => !isNull(branch));
  const [only] = others;
  if (others.length === branches.length || others.length > 1 || only?.['type'] === undefined)
    return { ...rest, anyOf: branches };
  const values = rest['enum'] ?? only['enum'];
  return {
    ...only,
    ...rest,
    nullable: true,
    ...(Array.isArray(values) && { enum: [...new Set([...(values as unknown[]), null])] }),
  };
}
