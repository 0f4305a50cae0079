import type { Json } from '../json/Json';
import { eventTimeAt, NO_HEAD, type Envelope, type EnvelopeHead, type Open } from './Envelope';
import { Place } from './formats/Place';
import {
  openHecEvent,
  openOriginal,
  openSearchHit,
  openSearchResponse,
  openSyslog,
} from './productEnvelopes';

/** Opens the outermost envelope of a body; null: it has none. */
export function openEnvelope(body: Json): Envelope | null {
  const place = Place.of(body);
  for (const open of ENVELOPES) {
    const envelope = open(place);
    if (envelope) return envelope;
  }
  return null;
}

/** CloudEvents in binary mode: the attributes are application properties, and the body is the event. */
export function readCloudEventProperties(
  properties: Readonly<Record<string, string | number | boolean>>,
): EnvelopeHead | null {
  const attributes = Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) => {
      const [, name] = PROPERTY.exec(key) ?? [];
      return name === undefined ? [] : [[name.toLowerCase(), value]];
    }),
  );
  return 'specversion' in attributes ? headOf(Place.of(attributes)) : null;
}

/** Both prefixes of the AMQP binding; the platform lowers the first letter of a key. */
const PROPERTY = /^cloudEvents[_:](\w{1,20})$/i;

/** https://github.com/cloudevents/spec, 1.0. A string under `data` is text, even if it looks like JSON. */
const openCloudEvent: Open = (body) => {
  if (!['specversion', 'id', 'source', 'type'].every((key) => body.at(key).text !== null))
    return null;
  const data = body.at('data');
  const bytes = body.at('data_base64').text;
  const content = bytes === null ? data : body.at('data_base64').with(decode(bytes)).json();
  return { name: 'cloudEvents', head: headOf(body), content };
};

/** Azure Event Grid's own schema, which comes as a list of one or more. */
const openEventGrid: Open = (body) => {
  const keys = ['eventType', 'topic', 'dataVersion', 'id'];
  if (!keys.every((key) => body.at(key).text !== null) || !body.at('data').isGiven) return null;
  const head = {
    source: body.at('topic').text,
    eventId: body.at('id').text,
    time: eventTimeAt(body.at('eventTime')),
    context: {},
  };
  return { name: 'eventGrid', head, content: body.at('data') };
};

/** What a Logic App's HTTP trigger and actions hand on. */
const openHttpMessage: Open = (body) => {
  const content = body.at('body');
  const isWrapped =
    body.fields.every(({ key }) => HTTP_KEYS.has(key)) && body.at('headers').isGiven;
  return isWrapped && content.isGiven ? { name: 'httpMessage', head: NO_HEAD, content } : null;
};

const ENVELOPES: readonly Open[] = [
  openCloudEvent,
  openEventGrid,
  openHttpMessage,
  openSearchHit,
  openSearchResponse,
  openHecEvent,
  openOriginal,
  openSyslog,
];
const HTTP_KEYS: ReadonlySet<string> = new Set(['headers', 'body', 'statusCode', 'queries']);
/** Extensions that are handed back. */
const HANDED_BACK = ['traceparent', 'correlationid', 'causationid'];

function headOf(attributes: Place): EnvelopeHead {
  const context = HANDED_BACK.flatMap((key) => {
    const { text } = attributes.at(key);
    return text === null ? [] : [[key, text] as const];
  });
  return {
    source: attributes.at('source').text,
    eventId: attributes.at('id').text,
    time: eventTimeAt(attributes.at('time')),
    context: Object.fromEntries(context),
  };
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
