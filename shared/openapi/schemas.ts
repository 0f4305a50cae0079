import { z } from 'zod';
import { machineSchema } from '../defender/DefenderAnswer';
import { recordSchema } from '../records/EnrichmentRecord';
import { requestRecordSchema } from '../requestRecords/RequestRecord';
import { endpointAnswer, problemAnswer, requestAnswer } from './answers';
import { ecsRecord, ocsfRecord } from './projectedRecords';

export type Json = Readonly<Record<string, unknown>>;

/** Answers that others refer to by name. */
const NAMED: ReadonlyMap<z.core.$ZodType, string> = new Map<z.core.$ZodType, string>([
  [recordSchema, 'Record'],
  [ecsRecord, 'EcsRecord'],
  [ocsfRecord, 'OcsfRecord'],
  [requestAnswer, 'Request'],
  [requestRecordSchema, 'RequestRecord'],
  [machineSchema, 'Machine'],
  [endpointAnswer, 'EndpointStatus'],
  [problemAnswer, 'Problem'],
]);

/** Where named answers are: `#/components/schemas/` or `#/definitions/`. */
export type Place = `#/${string}/`;

/** The JSON schema of what comes in: other fields are refused. */
export function requestSchemaOf(schema: z.ZodType): Json {
  return jsonSchemaOf(schema, 'input', () => undefined);
}

/** The JSON schema of what goes out: more fields may come, so consumers ignore what they don't know. */
export function answerSchemaOf(schema: z.ZodType, place: Place): Json {
  const name = NAMED.get(schema);
  return name === undefined ? openSchemaOf(schema, place) : { $ref: `${place}${name}` };
}

/** The same, complete in itself. */
export function wholeAnswerSchemaOf(schema: z.ZodType): Json {
  return jsonSchemaOf(schema, 'output', (_, json) => {
    open(json);
  });
}

/** The named answers themselves. */
export function namedSchemas(place: Place): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    [...NAMED].map(([schema, name]) => [name, openSchemaOf(schema, place)] as const),
  );
}

function openSchemaOf(root: z.core.$ZodType, place: Place): Json {
  return jsonSchemaOf(root, 'output', (schema, json) => {
    const name = schema === root ? undefined : NAMED.get(schema);
    if (name !== undefined) becomeReference(json, { $ref: `${place}${name}` });
    // Of a named answer with a description of what it is here.
    else if (json.$ref !== undefined)
      becomeReference(json, { $ref: json.$ref, description: json.description });
    nameProperties(json);
    open(json);
  });
}

function becomeReference(json: z.core.JSONSchema.BaseSchema, reference: object): void {
  for (const key of Object.keys(json)) Reflect.deleteProperty(json, key);
  Object.assign(json, reference);
}

/** A map whose keys are known is an object with these properties. */
function nameProperties(json: z.core.JSONSchema.BaseSchema): void {
  const { propertyNames, additionalProperties = {} } = json;
  if (typeof propertyNames !== 'object' || !propertyNames.enum) return;
  json.properties = Object.fromEntries(
    propertyNames.enum.map((name) => [String(name), additionalProperties] as const),
  );
  delete json.propertyNames;
  delete json.additionalProperties;
}

function open(json: z.core.JSONSchema.BaseSchema): void {
  if (json.additionalProperties === false) delete json.additionalProperties;
  // What stands for a field, or is checked, when the app reads back its own.
  delete json.default;
  delete json.minLength;
}

function jsonSchemaOf(
  root: z.core.$ZodType,
  io: 'input' | 'output',
  change: (schema: z.core.$ZodType, json: z.core.JSONSchema.BaseSchema) => void,
): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(root, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      change(zodSchema, jsonSchema);
    },
  });
  return json;
}
