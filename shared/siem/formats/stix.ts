import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

const DIGESTS = ['SHA-1', 'SHA-256', 'MD5'];
/** Comparisons for equality alone; no pattern is read that holds another. Bounded, so linear. */
const COMPARISON =
  /((?:ipv[46]-addr:value)|(?:file:hashes\.'?(?:MD5|SHA-?1|SHA-?256)'?)) {0,4}= {0,4}'([0-9A-Fa-f:.]{1,64})'/g;
const OTHER_OPERATOR = /!=|\bNOT\b|\bLIKE\b|\bMATCHES\b|\bISSUBSET\b|\bISSUPERSET\b|[<>]/;
const MAX_PATTERN = 10_000;

/**
 * STIX 2.0 and 2.1: a bundle, one object, or the objects that a TAXII server answers. Reads observed data, and patterns
 * that only list values to look for.
 */
export const stix: Format = {
  name: 'stix',
  matches(body) {
    const whole = Place.of(body);
    return isObject(whole) || whole.at('objects').list.some(isObject);
  },
  read(body) {
    const whole = Place.of(body);
    const isAlone = isObject(whole) && !isBundle(whole);
    const event = new EventBuilder({ source: 'stix', eventId: whole.at('id'), isList: true });
    if (isBundle(whole)) event.context('stixBundleId', whole.at('id'));
    for (const object of isAlone ? [whole] : whole.at('objects').list) readObject(event, object);
    return event.build();
  },
};

/** An id begins with its type. */
function isObject(place: Place): boolean {
  const type = place.at('type').text;
  return type !== null && (place.at('id').text ?? '').startsWith(`${type}--`);
}

const isBundle = (place: Place): boolean => place.at('type').is('bundle');

function readObject(event: EventBuilder, object: Place): void {
  const type = object.at('type');
  if (type.is('indicator')) readPattern(event, object);
  else if (type.is('observed-data')) {
    const seenAt = object.at('last_observed', 'first_observed');
    for (const each of object.at('objects').fields) readObservable(event, each, seenAt);
  } else readObservable(event, object, object.at('last_observed'));
}

function readObservable(event: EventBuilder, object: Place, seenAt: Place): void {
  const type = object.at('type');
  if (type.is('ipv4-addr', 'ipv6-addr')) {
    const value = object.at('value');
    if (value.text?.includes('/')) event.leaveOut(value, 'entry.notAsked');
    else event.ip(value, seenAt);
  } else if (type.is('file')) {
    const hashes = object.at('hashes');
    event.file({ hashes: DIGESTS.map((key) => hashes.at(key)), name: object.at('name'), seenAt });
  }
}

function readPattern(event: EventBuilder, indicator: Place): void {
  const pattern = indicator.at('pattern');
  const text = pattern.text ?? '';
  const type = indicator.at('pattern_type');
  const isStix = !type.isGiven || type.is('stix');
  const isPlain = isStix && text.length <= MAX_PATTERN && !OTHER_OPERATOR.test(text);
  const found = isPlain ? [...text.matchAll(COMPARISON)] : [];
  if (found.length === 0) event.leaveOut(pattern, 'entry.notAsked');
  for (const [, path = '', value = ''] of found) {
    const place = pattern.with(value);
    if (path.startsWith('file')) event.file({ hashes: place });
    else event.ip(place);
  }
}
