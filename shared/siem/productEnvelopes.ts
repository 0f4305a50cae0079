import { isJsonObject } from '../json/Json';
import { eventTimeAt, NO_HEAD, type Open } from './Envelope';
import { FORMATS } from './formats/formats';
import type { Place } from './formats/Place';
import { isCimRow } from './formats/splunkRow';

/** Priority or time: RFC 5424 writes `<134>1 2026-11-20T08:15:03Z`, RFC 3164 `<134>Nov 20 08:15:03`, some relays only one of them. */
const SYSLOG = /^(?:<\d{1,3}>|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d |\d{4}-\d\d-\d\dT\d\d:\d\d)/;
/** Where the message begins: JSON, CEF, LEEF, or the first of several pairs. */
const MESSAGE = /\{|CEF:\d|LEEF:\d|\b[A-Za-z_][\w.-]{0,31}=/;
/** Far longer than the header of a line. */
const MAX_HEADER = 512;
/** Groups of ECS that describe the event; without them only its original text does. */
const PARSED = [
  'host.name',
  'host.ip',
  'source',
  'destination',
  'process',
  'file',
  'dll',
  'related',
  'winlog',
  'kibana.alert.uuid',
];

/** A document of an Elasticsearch index, as a search or a connector returns it. */
export const openSearchHit: Open = (body) => {
  const [id, index, source] = [
    body.at('_id').text,
    body.at('_index').text,
    body.at('_source', 'fields'),
  ];
  if (index === null || source.fields.length === 0) return null;
  const context = { ...(id !== null && { elasticId: id }), elasticIndex: index };
  return { name: 'searchHit', head: { ...NO_HEAD, eventId: id, context }, content: source };
};

/** The answer of an Elasticsearch search. */
export const openSearchResponse: Open = (body) => {
  const hits = body.at('hits.hits');
  return hits.isGiven && body.at('took', '_shards', 'hits.total').isGiven
    ? { name: 'searchResponse', head: NO_HEAD, content: hits }
    : null;
};

/** An event as HEC takes it, in the shape of another product. */
export const openHecEvent: Open = (body) => {
  const content = body.at('event').json();
  const isHec = content.isGiven && body.at('sourcetype', 'time').isGiven;
  const isRow = !isJsonObject(content.value) || isCimRow(content);
  const isOthers = isKnown(content) || openSyslog(content) !== null || !isRow;
  const head = { ...NO_HEAD, time: eventTimeAt(body.at('time')) };
  return isHec && isOthers ? { name: 'splunkHec', head, content } : null;
};

/** An event that Logstash or a Beat has passed on without reading it, if another product's format is in it. */
export const openOriginal: Open = (body) => {
  const content = body.at('event.original', 'message').json();
  const isUnread = body.at('@timestamp').isGiven && !body.at(...PARSED).isGiven;
  return isUnread && content.isGiven && isKnown(content)
    ? { name: 'eventOriginal', head: NO_HEAD, content }
    : null;
};

/** A syslog line whose message is JSON or of a known format. */
export const openSyslog: Open = (body) => {
  const { value } = body;
  if (typeof value !== 'string' || !SYSLOG.test(value)) return null;
  const start = value.slice(0, MAX_HEADER).search(MESSAGE);
  const content = body.with(value.slice(Math.max(start, 0))).json();
  const isMessage = start > 0 && (isJsonObject(content.value) || isKnown(content));
  return isMessage ? { name: 'syslog', head: NO_HEAD, content } : null;
};

const isKnown = ({ value }: Place): boolean => FORMATS.some((format) => format.matches(value));
