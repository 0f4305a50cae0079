import { isJsonObject, type Json } from '../json/Json';
import type { EnvelopeHead } from './Envelope';
import { openEnvelope } from './envelopes';
import { FORMATS } from './formats/formats';
import { isOwnRecord } from './isOwnRecord';
import { joinPath } from './joinPath';
import { linesOfEvents, listedEvents, type ListedEvent } from './listedEvents';
import { isPlainAtSight, isPlainForm, readBareText, readPlainForm } from './readPlainForm';
import { readGenericForm } from './readGenericForm';
import { openWrapper, withRest, type Wrapper } from './openWrapper';
import { toRequest, under, withHead } from './requestsOf';
import type { SiemRequest } from './SiemRequest';
import { unreadable, type Reading } from './Unreadable';

/** One event of a message, and what it was read as. */
export interface EventEntry {
  /** '' = the message is this event. */
  readonly path: string;
  readonly body: Json;
  /** Outermost first. */
  readonly envelopes: readonly string[];
  readonly reading: Reading<SiemRequest>;
}

const MAX_ENVELOPES = 3;
const OWN_RECORD = unreadable(
  'message.ownRecord',
  'It is a record that this app has published. See what sends its output back to this queue.',
);

/** Takes a body apart into its events and reads each: envelopes, known formats, lists, the plain form, any other JSON. */
export function readEvents(body: Json, maxEnvelopes = MAX_ENVELOPES): readonly EventEntry[] {
  const lines = typeof body === 'string' ? linesOfEvents(body) : null;
  if (lines) return lines.flatMap((each) => readListed(each, maxEnvelopes));
  if (isPlainAtSight(body))
    return [{ path: '', body, envelopes: [], reading: readPlainForm(body) }];
  const envelope = maxEnvelopes > 0 ? openEnvelope(body) : null;
  if (envelope) {
    const { name, head, content } = envelope;
    const inside = readEvents(content.value, maxEnvelopes - 1);
    return inside.map((entry) => ({
      ...placed(entry, content.path, inside.length > 1, head),
      envelopes: [name, ...entry.envelopes],
    }));
  }
  if (isOwnRecord(body)) return [{ path: '', body, envelopes: [], reading: OWN_RECORD }];
  const format = FORMATS.find((each) => each.matches(body));
  if (format) {
    const events = [format.read(body)].flat().map((event) => toRequest(format, event));
    return events.map((value, index) => {
      const path = events.length > 1 ? `[${index}]` : '';
      const entryPath = value.eventId === null ? path : '';
      return { path, body, envelopes: [], reading: { ok: true, value: { ...value, entryPath } } };
    });
  }
  const list = listedEvents(body);
  if (list) return list.flatMap((each) => readListed(each, maxEnvelopes));
  const wrapper = maxEnvelopes > 0 ? openWrapper(body) : null;
  // What names something to look up itself is no mere wrapper.
  if (wrapper && !readLastly(wrapper.rest).ok) return readWrapped(wrapper, maxEnvelopes - 1);
  return [{ path: '', body, envelopes: [], reading: readLastly(body) }];
}

function readWrapped({ contents, rest }: Wrapper, maxEnvelopes: number): readonly EventEntry[] {
  const inside = contents.flatMap(({ value, path }) =>
    readEvents(value, maxEnvelopes).map((entry) => ({ entry, path })),
  );
  return inside.map(({ entry, path }) => {
    const isOneOfSeveral = inside.length > 1;
    const { reading, ...whole } = placed(entry, path, isOneOfSeveral, null);
    const envelopes = ['wrapper', ...whole.envelopes];
    if (!reading.ok) return { ...whole, envelopes, reading };
    return {
      ...whole,
      envelopes,
      reading: { ok: true, value: withRest(reading.value, rest, isOneOfSeveral) },
    };
  });
}

function readListed(
  { path, body, reading }: ListedEvent,
  maxEnvelopes: number,
): readonly EventEntry[] {
  if (!reading) {
    return readEvents(body, maxEnvelopes).map((entry) => placed(entry, path, true, null));
  }
  if (!reading.ok) return [{ path, body, envelopes: [], reading }];
  const value = { ...reading.value, entryPath: path };
  return [{ path, body, envelopes: [], reading: { ok: true, value } }];
}

/** The plain form, and the rule for JSON of no known shape. */
function readLastly(body: Json): Reading<SiemRequest> {
  if (typeof body === 'string') return readBareText(body);
  return isPlainForm(body) || !isJsonObject(body) ? readPlainForm(body) : readGenericForm(body);
}

/** An entry as part of the whole; without an id it is identified by its place. */
function placed(
  entry: EventEntry,
  path: string,
  isOneOfSeveral: boolean,
  head: EnvelopeHead | null,
): EventEntry {
  const { reading } = entry;
  const joined = joinPath(path, entry.path);
  if (!reading.ok) return { ...entry, path: joined };
  const request = under(path, reading.value);
  const isKnownByPath = request.entryPath !== '' || (isOneOfSeveral && request.eventId === null);
  const value = {
    ...(head ? withHead(request, head, isOneOfSeveral) : request),
    entryPath: isKnownByPath ? joined : '',
  };
  return { ...entry, path: joined, reading: { ok: true, value } };
}
