import { isJsonObject, type Json, type JsonObject } from '../json/Json';
import { fieldOf, toFields } from './entryFields';
import { openEnvelope } from './envelopes';
import { FORMATS } from './formats/formats';
import { isGiven } from './fields';
import { Place } from './formats/Place';
import { isOwnRecord } from './isOwnRecord';
import { listedEvents } from './listedEvents';
import { readContext } from './readContext';
import { isHeadField, readEventTime, readHead } from './readHead';
import { withHead } from './requestsOf';
import type { SiemRequest } from './SiemRequest';

/** What playbooks and webhooks call the event, or the events, that they hand on. */
const KEYS = [
  'body',
  'triggerBody',
  'data',
  'payload',
  'detail',
  'event',
  'events',
  'alert',
  'alerts',
  'incident',
  'incidents',
  'message',
  'Message',
  'result',
  'items',
  'content',
];

/** An object around events of known formats. */
export interface Wrapper {
  readonly contents: readonly Place[];
  /** The fields beside them. */
  readonly rest: JsonObject;
}

/** Null: no field of that name holds an event of a known format. */
export function openWrapper(body: Json): Wrapper | null {
  if (!isJsonObject(body)) return null;
  const contents = KEYS.map((key) => Place.of(body).at(key).json()).filter(isKnown);
  const opened = new Set(contents.map(({ key }) => key));
  const rest = Object.fromEntries(Object.entries(body).filter(([key]) => !opened.has(key)));
  return contents.length > 0 ? { contents, rest } : null;
}

function isKnown({ value }: Place): boolean {
  if (value === null || typeof value !== 'object') return false;
  const events = listedEvents(value)?.map((each) => each.body) ?? [value];
  return events.some(
    (each) =>
      isOwnRecord(each) ||
      openEnvelope(each) !== null ||
      FORMATS.some((format) => format.matches(each)),
  );
}

/** The request of a wrapped event, with what the fields beside it say as the plain form does. */
export function withRest(
  request: SiemRequest,
  rest: JsonObject,
  isOneOfSeveral: boolean,
): SiemRequest {
  const fields = toFields(rest);
  const { source, eventId, ...own } = readHead(fields);
  const { context } = readContext(fieldOf(fields, 'context')?.value ?? null);
  const head = { source, eventId, time: readEventTime(fields), context };
  const foreign = fields.filter(({ name, value }) => isGiven(value) && !isHeadField(name));
  const ignored = foreign.map(({ key }) => ({ path: key, code: 'field.unknown' as const }));
  return {
    ...withHead(request, head, isOneOfSeveral),
    revision: own.revision ?? request.revision,
    priority: own.priority === 'normal' ? request.priority : own.priority,
    notAfter: own.notAfter ?? request.notAfter,
    maxAgeMs: own.maxAgeMs ?? request.maxAgeMs,
    tenantIds: [...request.tenantIds, ...own.tenantIds],
    ignored: [...request.ignored, ...own.ignored, ...ignored],
  };
}
