import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

const OBJECT_TYPES = ['alert', 'case', 'case_artifact', 'case_task', 'observable'];
/** Of SHA-1, SHA-256 and MD5. */
const DIGEST_LENGTHS = [40, 64, 32];

/** Alerts, cases and observables of TheHive, as its notifications send them, and jobs of Cortex. */
export const theHive: Format = {
  name: 'theHive',
  matches(body) {
    const place = Place.of(body);
    const isNotification =
      place.at('objectType').is(...OBJECT_TYPES) && place.at('operation', 'action').isGiven;
    return isNotification || observablesOf(objectOf(place)).some(isObservable);
  },
  read(body) {
    const place = Place.of(body);
    const object = objectOf(place);
    const id = place.at('objectId').isGiven ? place.at('objectId') : object.at('_id', 'id');
    const event = new EventBuilder({
      source: 'thehive',
      eventId: id,
      observedAt: object.at('date', 'startDate'),
      isList: true,
    });
    event.context('theHiveId', id);
    event.context('caseTitle', object.at('title'));
    event.context('caseNumber', object.at('number', 'caseId'));
    event.context('sourceRef', object.at('sourceRef'));
    for (const observable of observablesOf(object)) readObservable(event, observable);
    return event.build();
  },
};

/** What a notification is about, as it is now; `details` is what was sent to make it so. */
function objectOf(body: Place): Place {
  return [body.at('object'), body.at('details')].find((each) => each.fields.length > 0) ?? body;
}

function observablesOf(object: Place): readonly Place[] {
  if (object.at('dataType').isGiven) return [object];
  return [...object.at('observables').list, ...object.at('artifacts').list];
}

function isObservable(place: Place): boolean {
  return place.at('dataType').isGiven && place.at('data', 'attachment').isGiven;
}

function readObservable(event: EventBuilder, observable: Place): void {
  const type = observable.at('dataType');
  const data = observable.at('data');
  const seenAt = observable.at('startDate');
  if (type.is('ip')) event.ip(data, seenAt);
  else if (type.is('hash')) event.file({ hashes: data, isSuspicious: true, seenAt });
  else if (type.is('hostname', 'fqdn')) event.device({ name: data, seenAt });
  else if (type.is('file')) {
    const digests = observable.at('attachment.hashes').list;
    const known = digests.filter(({ text }) => DIGEST_LENGTHS.includes(text?.length ?? 0));
    event.file({ hashes: known, seenAt });
  }
}
