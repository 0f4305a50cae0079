import { EventBuilder } from './EventBuilder';
import { readEndpoint } from './endpoints';
import type { Format } from './Format';
import { Place } from './Place';

const DIGESTS = ['sha256', 'sha1', 'md5'];
const SENSOR_DIGESTS = [
  'SHA256String',
  'SHA1String',
  'MD5String',
  'SHA256HashData',
  'SHA1HashData',
  'MD5HashData',
];
const DETECTIONS = ['DetectionSummaryEvent', 'EppDetectionSummaryEvent'];
const STREAMED = DETECTIONS.flatMap((name) => [name, `Event_${name}`]);

/** Alerts and detections of CrowdStrike Falcon from its API, detections of its event stream, and events of its sensors. */
export const crowdstrike: Format = {
  name: 'crowdstrike',
  matches: (body) => isAlert(Place.of(body)) || isSensorEvent(Place.of(body)),
  read(body) {
    const place = Place.of(body);
    return isSensorEvent(place) ? readSensorEvent(place) : readAlert(place);
  },
};

const isAlert = (place: Place): boolean =>
  place.at('composite_id', 'detection_id').isGiven && place.at('cid').isGiven;

function isSensorEvent(place: Place): boolean {
  const type = place.at('metadata.eventType', 'ExternalApiType', 'event.ExternalApiType');
  const isReplicated = place.at('event_simpleName', 'fdr_event_type').isGiven;
  return type.is(...STREAMED) || (isReplicated && place.at('aid').isGiven);
}

function readAlert(alert: Place) {
  const event = new EventBuilder({
    source: 'crowdstrike',
    eventId: alert.at('composite_id', 'detection_id'),
    observedAt: alert.at('timestamp', 'last_behavior', 'created_timestamp'),
  });
  event.context('compositeId', alert.at('composite_id', 'detection_id'));
  event.context('ruleName', alert.at('display_name', 'name'));
  event.context('falconHostLink', alert.at('falcon_host_link'));
  const device = alert.at('device');
  // One address for all machines behind it.
  event.leaveOut(device.at('external_ip'), 'entry.notAsked');
  event.device({ name: device.at('hostname'), ips: device.at('local_ip') });
  readEndpoint(event, {
    names: alert.at('source_endpoint_host_name'),
    ips: alert.at('source_endpoint_ip_address', 'source_endpoint_address_ip4'),
  });
  readEndpoint(event, {
    names: alert.at('target_endpoint_host_name'),
    ips: alert.at('target_endpoint_ip_address', 'target_endpoint_address_ip4'),
  });
  for (const each of [alert, ...alert.at('behaviors').list]) readProcess(event, each);
  return event.build();
}

function readProcess(event: EventBuilder, process: Place): void {
  const seenAt = process.at('timestamp');
  const path = process.at('filepath');
  event.file({ hashes: DIGESTS.map((key) => process.at(key)), path, seenAt });
  for (const file of process.at('quarantined_files').list) {
    event.file({ hashes: file.at('sha256'), isSuspicious: true, seenAt });
  }
  for (const ioc of [...process.at('ioc_context').list, process]) {
    const isHash = ioc.at('ioc_type').is('hash_sha256', 'hash_sha1', 'hash_md5', 'sha256', 'md5');
    if (isHash) event.file({ hashes: ioc.at('ioc_value'), isSuspicious: true, seenAt });
    if (ioc.at('ioc_type').is('ipv4', 'ipv6')) event.ip(ioc.at('ioc_value'), seenAt);
  }
  for (const parent of [process.at('parent_details'), process.at('grandparent_details')]) {
    event.leaveOut(parent.at('sha256', 'parent_sha256', 'md5', 'parent_md5'), 'entry.notAsked');
  }
}

/** The fields are at the top or in `event`. */
function readSensorEvent(message: Place) {
  const details = message.at('event').fields.length > 0 ? message.at('event') : message;
  const event = new EventBuilder({
    source: 'crowdstrike',
    eventId: details.at('CompositeId', 'DetectId', 'id'),
    observedAt: message.at('metadata.eventCreationTime', 'timestamp', 'event.timestamp'),
  });
  event.context('compositeId', details.at('CompositeId', 'DetectId'));
  event.context('ruleName', details.at('Name', 'DetectName'));
  event.context('falconHostLink', details.at('FalconHostLink'));
  event.leaveOut(message.at('aip'), 'entry.notAsked');
  event.device({
    name: details.at('Hostname', 'ComputerName'),
    ips: [details.at('LocalIP'), details.at('LocalAddressIP4'), details.at('LocalAddressIP6')],
  });
  event.file({
    hashes: SENSOR_DIGESTS.map((key) => details.at(key)),
    path: details.at('FilePath', 'ImageFileName', 'TargetFileName'),
    name: details.at('FileName'),
  });
  const accesses = details.at('NetworkAccesses').list.map((each) => each.at('RemoteAddress'));
  event.ip([details.at('RemoteAddressIP4'), details.at('RemoteAddressIP6'), ...accesses]);
  return event.build();
}
