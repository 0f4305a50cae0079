import type { EnvelopeHead, Open } from './envelopes';
import { FORMATS } from './formats/formats';

const NO_HEAD: EnvelopeHead = { source: null, eventId: null, time: null, context: {} };
/** `<134>`, then RFC 5424's version and time or RFC 3164's, host and tag: all before the message. Bounded, so linear. */
const SYSLOG =
  /^(?:<\d{1,3}>)?(?:1 )?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d))? ?/;
const MAX_HEADER = 512;

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

/** An event as HEC takes it, if another product's format is in it. */
export const openHecEvent: Open = (body) => {
  const content = body.at('event').json();
  const isHec = content.isGiven && body.at('sourcetype', 'source', 'index', 'time').isGiven;
  return isHec && FORMATS.some((format) => format.matches(content.value))
    ? { name: 'splunkHec', head: NO_HEAD, content }
    : null;
};

/** A syslog line whose message is JSON or pairs of keys and values. */
export const openSyslog: Open = (body) => {
  const { text } = body;
  if (text === null || typeof body.value !== 'string') return null;
  const [header = ''] = SYSLOG.exec(text) ?? [];
  if (header.trim() === '') return null;
  const rest = text.slice(header.length);
  const brace = rest.slice(0, MAX_HEADER).indexOf('{');
  const message = brace >= 0 ? rest.slice(brace) : rest;
  return { name: 'syslog', head: NO_HEAD, content: body.with(message).json() };
};
