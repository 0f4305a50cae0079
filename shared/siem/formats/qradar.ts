import { textsAt } from './Candidate';
import { isAddress } from './endpoints';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

/** `offense_type`: what `offense_source` is (QRadar's offense types; IBM's REST API documentation, read 2026-11). */
const IP_TYPES = [
  '0',
  '1',
  '10',
  '11',
  'Source IP',
  'Destination IP',
  'Source IPv6',
  'Destination IPv6',
];
const HOST_TYPES = ['7', 'Hostname', 'Host Name'];
const ADDRESSES = ['source_address_ids', 'local_destination_address_ids', 'remote_destinations'];

/** Offenses of IBM QRadar, and the events of a search. */
export const qradar: Format = {
  name: 'qradar',
  matches(body) {
    const offense = Place.of(body);
    const isOffense = offense.at('offense_source', 'offense_type').isGiven;
    return (isOffense && offense.at('magnitude', 'offense_type', 'id').isGiven) || isFlat(offense);
  },
  read(body) {
    const offense = Place.of(body);
    const event = new EventBuilder({
      source: 'qradar',
      eventId: offense.at('id', 'offense_id'),
      observedAt: offense.at('last_updated_time', 'start_time', 'starttime', 'devicetime'),
    });
    event.context('offenseId', offense.at('id', 'offense_id'));
    event.context('offenseDescription', offense.at('description'));
    readSource(event, offense);
    for (const each of [offense, ...offense.at('events').list]) readEvent(event, each);
    // Values looked up by a playbook; the events hold them with their times.
    if (!offense.at('events').isGiven) readAddresses(event, offense);
    return event.build();
  },
};

/** A row of an event search. */
const isFlat = (row: Place): boolean =>
  row.at('sourceip').isGiven && row.at('destinationip').isGiven;

function readSource(event: EventBuilder, offense: Place): void {
  const source = offense.at('offense_source');
  const type = [offense.at('offense_type'), offense.at('offense_type_name')];
  if (type.some((each) => each.is(...IP_TYPES))) event.ip(source);
  else if (type.some((each) => each.is(...HOST_TYPES))) event.device({ name: source });
  else event.leaveOut(source, 'entry.notAsked');
}

function readEvent(event: EventBuilder, row: Place): void {
  const seenAt = row.at('starttime', 'devicetime');
  event.device({ name: row.at('identityhostname'), ips: row.at('identityip'), seenAt });
  event.ip([row.at('sourceip', 'source_ip'), row.at('destinationip', 'destination_ip')], seenAt);
}

/** Numbers of QRadar's, unless a playbook has put the addresses there. */
function readAddresses(event: EventBuilder, offense: Place): void {
  for (const key of ADDRESSES) {
    const values = textsAt(offense.at(key));
    const addresses = values.filter((place) => typeof place.value === 'string' && isAddress(place));
    event.ip(addresses);
    event.leaveOut(
      values.filter((place) => !addresses.includes(place)),
      'entry.notAsked',
    );
  }
}
