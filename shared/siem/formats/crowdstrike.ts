import { EventBuilder } from './EventBuilder';
import { readEndpoint } from './endpoints';
import type { Format } from './Format';
import { Place } from './Place';

const DIGESTS = ['sha256', 'sha1', 'md5'];
const STREAM_DIGESTS = ['SHA256String', 'SHA1String', 'MD5String'];
const STREAM_EVENTS = ['DetectionSummaryEvent', 'EppDetectionSummaryEvent'];

/** Alerts and detections of CrowdStrike Falcon, from its API and from its event stream. */
export const crowdstrike: Format = {
  name: 'crowdstrike',
  matches(body) {
    const place = Place.of(body);
    const isAlert = place.at('composite_id', 'detection_id').isGiven && place.at('cid').isGiven;
    return isAlert || place.at('metadata.eventType').is(...STREAM_EVENTS);
  },
  read(body) {
    const place = Place.of(body);
    return place.at('metadata.eventType').isGiven ? readStreamEvent(place) : readAlert(place);
  },
};

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

function readStreamEvent(message: Place) {
  const detection = message.at('event');
  const event = new EventBuilder({
    source: 'crowdstrike',
    eventId: detection.at('CompositeId', 'DetectId'),
    observedAt: message.at('metadata.eventCreationTime'),
  });
  event.context('compositeId', detection.at('CompositeId', 'DetectId'));
  event.context('ruleName', detection.at('Name', 'DetectName'));
  event.context('falconHostLink', detection.at('FalconHostLink'));
  event.device({ name: detection.at('Hostname', 'ComputerName'), ips: detection.at('LocalIP') });
  const hashes = STREAM_DIGESTS.map((key) => detection.at(key));
  event.file({ hashes, path: detection.at('FilePath') });
  event.ip(detection.at('NetworkAccesses').list.map((each) => each.at('RemoteAddress')));
  return event.build();
}
