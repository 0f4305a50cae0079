import { isList } from '../fields';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

const HASH_TYPES = ['sha1', 'sha256', 'md5'];
const IP_TYPES = ['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port'];

/** Events, and single attributes, of MISP: https://www.misp-project.org/datamodels. */
export const misp: Format = {
  name: 'misp',
  matches(body) {
    const { event, attributes } = partsOf(Place.of(body));
    const isEvent =
      event.at('info').isGiven &&
      event.fields.some(({ key, value }) => isList(value) && ['Attribute', 'Object'].includes(key));
    return isEvent || attributes.some(isAttribute);
  },
  read(body) {
    const { event: mispEvent, attributes } = partsOf(Place.of(body));
    const event = new EventBuilder({ source: 'misp', eventId: mispEvent.at('uuid'), isList: true });
    event.context('mispEventUuid', mispEvent.at('uuid'));
    event.context('mispInfo', mispEvent.at('info'));
    for (const attribute of attributes) readAttribute(event, attribute);
    for (const object of mispEvent.at('Object').list) readObject(event, object);
    return event.build();
  },
};

/** An event with or without `Event` around it, or one attribute with its event beside it. */
function partsOf(body: Place): { readonly event: Place; readonly attributes: readonly Place[] } {
  const event = body.at('Event').isGiven ? body.at('Event') : body;
  const alone = event === body ? [] : body.at('Attribute').list;
  return { event, attributes: [...alone, ...event.at('Attribute').list] };
}

function isAttribute(place: Place): boolean {
  return (
    place.at('type').isGiven && place.at('value').isGiven && place.at('uuid', 'to_ids').isGiven
  );
}

/** The attributes of a file object are one file. */
function readObject(event: EventBuilder, object: Place): void {
  const attributes = object.at('Attribute').list;
  const digests = attributes.filter((each) => each.at('type').is(...HASH_TYPES) && isForUse(each));
  const isFile = object.at('name').is('file');
  if (isFile) event.file({ hashes: digests.map(digestAt), seenAt: seenAt(object) });
  for (const attribute of attributes) {
    if (!isFile || !digests.includes(attribute)) readAttribute(event, attribute);
  }
}

function readAttribute(event: EventBuilder, attribute: Place): void {
  const value = attribute.at('value');
  const type = attribute.at('type');
  if (attribute.at('deleted').value === true) return;
  // The victim; every other name is the attacker's.
  if (type.is('target-machine')) event.device({ name: value, seenAt: seenAt(attribute) });
  else if (type.is('hostname')) event.leaveOut(value, 'entry.notAsked');
  else if (type.is(...IP_TYPES)) readAddress(event, attribute);
  else if (isHash(type)) {
    if (isForUse(attribute)) event.file({ hashes: digestAt(attribute), seenAt: seenAt(attribute) });
    else event.leaveOut(value, 'entry.notAsked');
  }
}

function readAddress(event: EventBuilder, attribute: Place): void {
  const value = attribute.at('value');
  const [address = value] = value.split('|');
  const isNetwork = address.text?.includes('/') ?? false;
  if (isNetwork || !isForUse(attribute)) event.leaveOut(value, 'entry.notAsked');
  else event.ip(address, seenAt(attribute));
}

/** `sha256`, or `filename|sha256`. */
function isHash(type: Place): boolean {
  return type.is(...HASH_TYPES, ...HASH_TYPES.map((each) => `filename|${each}`));
}

function digestAt(attribute: Place): Place {
  const value = attribute.at('value');
  return value.split('|').at(-1) ?? value;
}

/** MISP's own mark: false for what is context, such as a benign file. */
const isForUse = (attribute: Place): boolean => attribute.at('to_ids').value !== false;

/** `timestamp` is the time of the last edit. */
const seenAt = (place: Place): Place => place.at('last_seen', 'first_seen');
