import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ResourceFacts } from '../../../cli/infra/bicep/Resource';
import { isList, isObject, isUnknown, type Value } from '../../../cli/infra/bicep/Value';

interface Property {
  readonly type?: 'string' | 'int' | 'bool' | 'array' | 'any' | undefined;
  readonly $ref?: string | undefined;
  readonly items?: Property | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly open?: boolean | undefined;
  readonly required?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minValue?: number | undefined;
  readonly maxValue?: number | undefined;
  readonly pattern?: string | undefined;
}
interface ObjectType {
  readonly properties?: Readonly<Record<string, Property>> | undefined;
  readonly additionalProperties?: Property | undefined;
  readonly discriminator?: string | undefined;
  readonly variants?: Readonly<Record<string, ObjectType>> | undefined;
}

const property: z.ZodType<Property> = z.lazy(() =>
  z.strictObject({
    type: z.enum(['string', 'int', 'bool', 'array', 'any']).optional(),
    $ref: z.string().optional(),
    items: property.optional(),
    enum: z.array(z.string()).optional(),
    open: z.boolean().optional(),
    required: z.boolean().optional(),
    readOnly: z.boolean().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minValue: z.number().optional(),
    maxValue: z.number().optional(),
    pattern: z.string().optional(),
  }),
);
const objectType: z.ZodType<ObjectType> = z.lazy(() =>
  z.strictObject({
    properties: z.record(z.string(), property).optional(),
    additionalProperties: property.optional(),
    discriminator: z.string().optional(),
    variants: z.record(z.string(), objectType).optional(),
  }),
);
const typeFile = z.strictObject({
  type: z.string(),
  apiVersion: z.string(),
  body: objectType,
  definitions: z.record(z.string(), objectType),
});
type TypeFile = z.infer<typeof typeFile>;

/** Azure's own definitions of resource types, without what can only be read and without descriptions. */
const TYPES: ReadonlyMap<string, TypeFile> = new Map(
  readdirSync(join(__dirname, '..', 'types')).map((name) => {
    const text = readFileSync(join(__dirname, '..', 'types', name), 'utf8');
    const file = typeFile.parse(JSON.parse(text));
    return [file.type, file];
  }),
);

export const DEFINED_TYPES: readonly string[] = [...TYPES.keys()];

/** What Azure's definition of the type does not allow; null when there is no definition to hold the body against. */
export function bodyProblems({ type, apiVersion, body, name }: ResourceFacts): string[] | null {
  const file = TYPES.get(type);
  if (!file) return null;
  const versions =
    apiVersion === file.apiVersion ? [] : [`API version ${apiVersion}, not ${file.apiVersion}`];
  const found = objectProblems(body, file.body, file, '');
  return [...versions, ...found].map((problem) => `${type} ${name}: ${problem}`);
}

function objectProblems(value: Value, type: ObjectType, file: TypeFile, path: string): string[] {
  if (!isObject(value)) return [`${path} must be an object`];
  const variant = type.discriminator === undefined ? null : value[type.discriminator];
  const chosen = typeof variant === 'string' ? type.variants?.[variant] : undefined;
  if (type.discriminator !== undefined && !chosen)
    return [`${path}.${type.discriminator}: there is no ${JSON.stringify(variant)}`];
  const properties = { ...type.properties, ...chosen?.properties };
  const missing = Object.entries(properties)
    .filter(([name, { required, readOnly }]) => required && !readOnly && value[name] == null)
    .map(([name]) => `${path}.${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const at = `${path}.${name}`;
    const known = properties[name] ?? type.additionalProperties;
    if (!known) return [`${at} does not exist`];
    return known.readOnly ? [`${at} is read-only`] : valueProblems(member, known, file, at);
  });
  return [...missing, ...wrong];
}

function valueProblems(value: Value, type: Property, file: TypeFile, path: string): string[] {
  if (value === null || type.type === 'any') return [];
  if (type.$ref !== undefined) {
    const definition = file.definitions[type.$ref];
    return definition
      ? objectProblems(value, definition, file, path)
      : [`${path}: no definition of ${type.$ref}`];
  }
  switch (type.type) {
    case 'array':
      if (!isList(value)) return [`${path} must be a list`];
      return value.flatMap((item, index) =>
        type.items ? valueProblems(item, type.items, file, `${path}[${index}]`) : [],
      );
    case 'bool':
      return typeof value === 'boolean' ? [] : [`${path} must be true or false`];
    case 'int':
      return numberProblems(value, type, path);
    default:
      return textProblems(value, type, path);
  }
}

function numberProblems(value: Value, type: Property, path: string): string[] {
  if (typeof value !== 'number' || !Number.isInteger(value)) return [`${path} must be a number`];
  const { minValue = -Infinity, maxValue = Infinity } = type;
  return value < minValue || value > maxValue ? [`${path} is beyond its limits`] : [];
}

function textProblems(value: Value, type: Property, path: string): string[] {
  if (typeof value !== 'string') return [`${path} must be a string`];
  if (isUnknown(value)) return [];
  if (type.enum && !type.enum.includes(value)) return [`${path} cannot be ${value}`];
  const { minLength = 0, maxLength = Infinity, pattern } = type;
  if (value.length < minLength || value.length > maxLength) return [`${path} has a wrong length`];
  return pattern === undefined || new RegExp(pattern).test(value)
    ? []
    : [`${path} must match ${pattern}`];
}
