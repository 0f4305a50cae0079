import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';

const SCHEMA = join(__dirname, '../../fixtures/projections/ocsf-1.8.0.json');
const CLASSES: Readonly<Record<number, string>> = { 0: 'base_event', 5001: 'inventory_info' };

interface Captions {
  readonly of: string;
  readonly by: Readonly<Record<string, string>>;
}
const ajv = new Ajv({ allErrors: true });
// An id and its caption, where the event has both, are of the same entry.
ajv.addKeyword('captions', {
  validate: (
    { of, by }: Captions,
    id: number,
    _schema: unknown,
    _path: unknown,
    event: object = {},
  ) => {
    const caption = (event as Record<string, unknown>)[of];
    return caption === undefined || by[id] === undefined || caption === by[id];
  },
});
ajv.addSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object, 'ocsf');

/** What the published schema of its class has against an event. */
export function objections(event: unknown): string[] {
  const { class_uid: uid } = event as { class_uid: number };
  const validate = ajv.getSchema(`ocsf#/definitions/${CLASSES[uid] ?? 'none'}`);
  if (!validate) throw new Error(`No schema of class ${uid}`);
  void validate(event);
  return (validate.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message ?? ''}`);
}
