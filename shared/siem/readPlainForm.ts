import { beginsLikeJson } from '../json/beginsLikeJson';
import { isJsonObject, type Json } from '../json/Json';
import { ANY_KIND } from '../kinds/kinds';
import type { Ignored } from '../lookups/Lookup';
import { fieldOf, toFields, valuesOf, type Field } from './entryFields';
import { EntryReader, MAX_INDICATORS } from './EntryReader';
import { isGiven, isList } from './fields';
import { readContext } from './readContext';
import { isHeadField, readEventTime, readHead } from './readHead';
import type { SiemRequest } from './SiemRequest';
import { meaningOf } from './spellings';
import { unreadable, type Reading } from './Unreadable';

/** Keys as the plain form is documented. */
const DOCUMENTED: ReadonlySet<string> = new Set([
  'id',
  'source',
  'revision',
  'priority',
  'notAfter',
  'maxAgeMs',
  'tenantId',
  'observedAt',
  'ref',
  'ip',
  'hash',
  'alertId',
  'machineId',
  'host',
]);
/** Fields of the whole message of which every one is read. */
const EACH_COUNTS: ReadonlySet<string> = new Set(['indicators', 'tenantid']);

/** Reads the plain form: an object with `indicators`, one indicator at top level, or an array of indicators. */
export function readPlainForm(json: Json): Reading<SiemRequest> {
  if (typeof json === 'string') return readBareText(json);
  if (!isJsonObject(json)) {
    const entries = new EntryReader(null);
    entries.read(json, '');
    return toRequest('bare', [], entries);
  }
  const fields = toFields(json);
  const entries = new EntryReader(readEventTime(fields));
  const lists = listsOf(fields);
  if (lists.length > 0) {
    for (const { key, value } of lists) entries.read(value, key);
    for (const { key, value } of valuesOf(fields)) {
      if (isGiven(value)) entries.leaveOut(value, key, 'entry.notAsked');
    }
  } else entries.read(json, '');
  return toRequest('plain', fields, entries);
}

/** Whether every key is one of the plain form's own, in its entries too; beside `indicators` others are ignored. */
export function isPlainForm(json: Json): boolean {
  if (isList(json)) return json.every(isPlainForm);
  if (!isJsonObject(json)) return true;
  const fields = toFields(json);
  return listsOf(fields).length > 0 || fields.every(isOwn);
}

/** Whether it is the plain form as documented and nothing else: no product writes that, so no format has to be asked. */
export function isPlainAtSight(json: Json): boolean {
  if (isList(json)) return json.length > 0 && json.every(isPlainObjectAtSight);
  return isPlainObjectAtSight(json);
}

function isPlainObjectAtSight(json: Json): boolean {
  if (!isJsonObject(json)) return false;
  return Object.entries(json).every(([key, value]) => {
    if (key === 'indicators') return isList(value);
    if (key === 'context') return isJsonObject(value) && Object.values(value).every(isScalar);
    return DOCUMENTED.has(key) && isScalar(value);
  });
}

/** Some products write JSON as text. */
const isScalar = (value: Json): boolean =>
  typeof value === 'string' ? !beginsLikeJson(value) : typeof value !== 'object';

const listsOf = (fields: readonly Field[]): readonly Field[] =>
  fields.filter(({ name, value }) => name === 'indicators' && isGiven(value));

function isOwn({ name }: Field): boolean {
  return isHeadField(name) || name === 'type' || name === 'value' || meaningOf(name) !== null;
}

/** Reads text without JSON: one indicator a line, of which the first is number `first`. */
export function readBareText(text: string, first = 1): Reading<SiemRequest> {
  const entries = new EntryReader(null);
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() !== '') entries.read(line.trim(), `line ${first + index}`);
  });
  return toRequest('bare', [], entries);
}

function toRequest(
  format: SiemRequest['format'],
  fields: readonly Field[],
  { indicators, leftOut, ignored }: EntryReader,
): Reading<SiemRequest> {
  if (indicators.length === 0) {
    return unreadable('message.noIndicator', `The message names no ${ANY_KIND}.`);
  }
  if (indicators.length > MAX_INDICATORS) {
    return unreadable(
      'message.tooManyIndicators',
      `The message names more than ${MAX_INDICATORS} indicators. Split it.`,
    );
  }
  const head = readHead(fields);
  return {
    ok: true,
    value: {
      format,
      ...head,
      ...readContext(fieldOf(fields, 'context')?.value ?? null),
      indicators,
      ignored: [...head.ignored, ...ignored, ...foreignOf(fields)],
      leftOut: leftOut.list,
      leftOutCount: leftOut.count,
      entryPath: '',
    },
  };
}

function foreignOf(fields: readonly Field[]): readonly Ignored[] {
  const given = fields.filter(({ value }) => isGiven(value));
  return given.flatMap((field): readonly Ignored[] => {
    if (!isOwn(field)) return [{ path: field.key, code: 'field.unknown' }];
    return isSecond(field, fields) ? [{ path: field.key, code: 'field.malformed' }] : [];
  });
}

/** What a message may hold only once, held again. */
function isSecond(field: Field, fields: readonly Field[]): boolean {
  const isOnce = isHeadField(field.name) && !EACH_COUNTS.has(field.name);
  return isOnce && fieldOf(fields, field.name) !== field;
}
