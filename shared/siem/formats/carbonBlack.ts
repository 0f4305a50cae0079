import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

/** Alerts of Carbon Black Cloud: https://developer.carbonblack.com/reference/carbon-black-cloud/platform/latest/alerts-api. */
export const carbonBlack: Format = {
  name: 'carbonBlack',
  matches(body) {
    const place = Place.of(body);
    const isOrgs = place.at('org_key').isGiven && place.at('device_name').isGiven;
    return isOrgs && place.at('alert_url', 'threat_id', 'primary_event_id').isGiven;
  },
  read(body) {
    const alert = Place.of(body);
    const event = new EventBuilder({
      source: 'carbon-black',
      eventId: alert.at('id'),
      observedAt: alert.at('last_event_timestamp', 'first_event_timestamp', 'detection_timestamp'),
    });
    event.context('alertUrl', alert.at('alert_url'));
    event.context('ruleName', alert.at('reason'));
    // One address shared by all machines behind it.
    event.leaveOut(alert.at('device_external_ip'), 'entry.notAsked');
    event.device({ name: alert.at('device_name'), ips: alert.at('device_internal_ip') });
    event.ip(alert.at('netconn_remote_ip', 'netconn_remote_ipv4', 'netconn_remote_ipv6'));
    for (const process of ['blocked', 'process', 'childproc']) {
      const hashes = [alert.at(`${process}_sha256`), alert.at(`${process}_md5`)];
      event.file({ hashes, path: alert.at(`${process}_name`) });
    }
    event.leaveOut(alert.at('parent_sha256', 'parent_md5'), 'entry.notAsked');
    return event.build();
  },
};
