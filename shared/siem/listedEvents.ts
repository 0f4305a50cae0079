import { isJsonObject, type Json } from '../json/Json';
import { openEnvelope } from './envelopes';
import { isList } from './fields';
import { FORMATS } from './formats/formats';
import { parseBoundedJson } from './parseBoundedJson';
import { isPlainForm, readBareText } from './readPlainForm';
import type { SiemRequest } from './SiemRequest';
import type { Reading } from './Unreadable';

/** An entry of a list of events. */
export interface ListedEvent {
  readonly path: string;
  readonly body: Json;
  /** Set if it is no event of a known shape: a line with a bare value, or one that cannot be read. */
  readonly reading: Reading<SiemRequest> | null;
}

/** Keys of lists that are nothing but a way to send several events at once. */
const LISTS = ['records', 'value'] as const;

/** The events of a list of events; null for anything else, such as a list of indicators. */
export function listedEvents(body: Json): readonly ListedEvent[] | null {
  if (isList(body)) return body.some(holdsObject) && !isPlainForm(body) ? eventsAt('', body) : null;
  if (!isJsonObject(body)) return null;
  for (const key of LISTS) {
    const list = Object.hasOwn(body, key) ? body[key] : null;
    if (list != null && isList(list) && list.some(isJsonObject)) return eventsAt(key, list);
  }
  return null;
}

/** As some senders put a list of one around each event. */
const holdsObject = (entry: Json): boolean =>
  isJsonObject(entry) || (isList(entry) && entry.some(holdsObject));

/** Text with an event a line, of which some may be bare values; null if no line is an event. */
export function linesOfEvents(text: string): readonly ListedEvent[] | null {
  const lines = text.split(/\r?\n/).flatMap((each, index) => {
    const line = each.trim();
    return line === '' ? [] : [{ line, number: index + 1, parsed: parseLine(line) }];
  });
  const isEvent = ({ line, parsed }: (typeof lines)[number]) =>
    parsed ? parsed.ok : openEnvelope(line) !== null || FORMATS.some((each) => each.matches(line));
  if (lines.length < 2 || !lines.some(isEvent)) return null;
  return lines.map((each): ListedEvent => {
    const { line, number, parsed } = each;
    const path = `line ${number}`;
    if (parsed)
      return { path, body: parsed.ok ? parsed.value : line, reading: parsed.ok ? null : parsed };
    return { path, body: line, reading: isEvent(each) ? null : readBareText(line, number) };
  });
}

function eventsAt(path: string, list: readonly Json[]): readonly ListedEvent[] {
  return list.map((body, index) => ({ path: `${path}[${index}]`, body, reading: null }));
}

/** A bare value may stand in brackets, so only what begins like an object has to be JSON. */
function parseLine(line: string): Reading<Json> | null {
  if (!/^[[{]/.test(line)) return null;
  const parsed = parseBoundedJson(line);
  return parsed.ok || line.startsWith('{') ? parsed : null;
}
