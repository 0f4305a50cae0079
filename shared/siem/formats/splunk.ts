import type { Format } from './Format';
import { Place } from './Place';
import { isCimRow, readSplunkRow, type SplunkHead } from './splunkRow';

const HEC_KEYS: ReadonlySet<string> = new Set([
  'time',
  'host',
  'source',
  'sourcetype',
  'index',
  'event',
  'fields',
]);
/** Splunk's own fields, of which every row of a search for events has some. */
const OWN_FIELDS = [
  '_bkt',
  '_cd',
  '_si',
  'splunk_server',
  'event_hash',
  '_indextime',
  '_sourcetype',
];

/** What Splunk sends: the webhook of an alert, rows of a search, notable events, and events as HEC takes them. */
export const splunk: Format = {
  name: 'splunk',
  matches(body) {
    const place = Place.of(body);
    return isWebhook(place) || isHecEvent(place) || isSearch(place) || isRow(place);
  },
  read(body) {
    const place = Place.of(body);
    const head = headOf(place);
    if (isWebhook(place)) return readSplunkRow(place.at('result'), head);
    if (isHecEvent(place)) return readSplunkRow(place.at('event').json(), head);
    if (isSearch(place)) return place.at('results').list.map((row) => readSplunkRow(row, head));
    return readSplunkRow(place, head);
  },
};

const isWebhook = (place: Place): boolean =>
  place.at('result').fields.length > 0 &&
  place.at('sid', 'search_name', 'results_link', 'preview', 'offset').isGiven;

const isSearch = (place: Place): boolean =>
  place.at('results').list.some(({ fields }) => fields.length > 0) &&
  place.at('preview', 'init_offset').isGiven;

const isRow = (place: Place): boolean =>
  OWN_FIELDS.filter((key) => place.at(key).isGiven).length > 1 ||
  (place.at('event_id').text ?? '').includes('@@notable@@');

/** Text, or fields of the Common Information Model; any other JSON is an event of another format, which HEC only carries. */
function isHecEvent(place: Place): boolean {
  const event = place.at('event').json();
  const isHec = event.isGiven && place.at('sourcetype', 'time').isGiven;
  const isOwn = event.fields.length === 0 || isCimRow(event);
  return isHec && isOwn && place.fields.every(({ key }) => HEC_KEYS.has(key));
}

/** What accompanies the row. */
function headOf(body: Place): SplunkHead {
  const isHec = isHecEvent(body);
  return {
    sid: body.at('sid'),
    searchName: body.at('search_name'),
    resultsLink: body.at('results_link'),
    time: isHec ? body.at('time') : body.at(''),
    host: isHec ? body.at('host') : body.at(''),
  };
}
