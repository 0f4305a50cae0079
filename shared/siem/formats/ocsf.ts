import { EventBuilder } from './EventBuilder';
import { partDefenderIds } from './defenderIds';
import { readEndpoint } from './endpoints';
import type { Format } from './Format';
import { readOcsfObservables } from './ocsfObservables';
import { Place } from './Place';

/** Findings and events in the Open Cybersecurity Schema Framework, 0.99 to 1.8: https://schema.ocsf.io. */
export const ocsf: Format = {
  name: 'ocsf',
  matches(body) {
    const place = Place.of(body);
    const isEvent = place.at('class_uid').isGiven && place.at('metadata').fields.length > 0;
    return isEvent && place.at('time', 'activity_id', 'type_uid').isGiven;
  },
  read(body) {
    const finding = Place.of(body);
    const info = finding.at('finding_info', 'finding');
    const uid = finding.at('metadata.uid');
    const event = new EventBuilder({
      source: 'ocsf',
      eventId: uid.isGiven ? uid : info.at('uid'),
      observedAt: finding.at('time', 'time_dt'),
    });
    event.context('ocsfUid', uid);
    event.context('findingUid', info.at('uid'));
    event.context('findingTitle', info.at('title'));
    event.context('product', finding.at('metadata.product.name'));
    event.context('traceparent', finding.at('metadata.traceparent', 'unmapped.traceparent'));
    const isMicrosofts = finding.at('metadata.product.vendor_name').is('Microsoft');
    for (const evidence of [finding, ...finding.at('evidences').list]) {
      readEvidence(event, evidence, isMicrosofts);
    }
    for (const resource of finding.at('resources').list) {
      event.device({ name: resource.at('hostname'), ips: resource.at('ip') });
    }
    readOcsfObservables(event, finding);
    return event.build();
  },
};

function readEvidence(event: EventBuilder, evidence: Place, isMicrosofts: boolean): void {
  for (const device of evidence.at('device').list) readDevice(event, device, isMicrosofts);
  for (const key of ['src_endpoint', 'dst_endpoint']) {
    const endpoint = evidence.at(key);
    readEndpoint(event, { names: endpoint.at('hostname', 'name'), ips: endpoint.at('ip') });
  }
  for (const key of ['file', 'process.file', 'actor.process.file', 'module.file']) {
    const file = evidence.at(key);
    event.file({
      hashes: file.at('hashes', 'fingerprints'),
      path: file.at('path'),
      name: file.at('name'),
    });
  }
  const parent = evidence.at('process.parent_process.file');
  event.leaveOut(
    parent.at('hashes', 'fingerprints').list.map((hash) => hash.at('value')),
    'entry.notAsked',
  );
}

function readDevice(event: EventBuilder, device: Place, isMicrosofts: boolean): void {
  const { defender, other } = partDefenderIds(device.at('uid'));
  event.leaveOut(other, 'entry.notAsked');
  event.device({
    mdeDeviceId: defender,
    entraDeviceId: isMicrosofts ? device.at('uid_alt') : [],
    name: [device.at('hostname'), device.at('name')],
    ips: [device.at('ip'), ...device.at('network_interfaces').list.map((each) => each.at('ip'))],
  });
}
