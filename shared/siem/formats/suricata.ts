import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

/** Events of Suricata in EVE JSON: https://docs.suricata.io/en/latest/output/eve/eve-json-format.html. */
export const suricata: Format = {
  name: 'suricata',
  matches(body) {
    const place = Place.of(body);
    const isEvent = place.at('event_type').isGiven && place.at('flow_id', 'in_iface').isGiven;
    return isEvent && place.at('src_ip', 'dest_ip').isGiven;
  },
  read(body) {
    const place = Place.of(body);
    const event = new EventBuilder({
      source: 'suricata',
      observedAt: place.at('timestamp'),
    });
    event.context('flowId', place.at('flow_id'));
    event.context('ruleId', place.at('alert.signature_id'));
    event.context('ruleName', place.at('alert.signature'));
    event.ip([place.at('src_ip'), place.at('dest_ip')]);
    const file = place.at('fileinfo');
    event.file({ hashes: ['sha1', 'sha256', 'md5'].map((key) => file.at(key)) });
    return event.build();
  },
};
