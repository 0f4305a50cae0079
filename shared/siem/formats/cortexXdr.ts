import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

/** Incidents and alerts of Palo Alto Networks Cortex XDR. */
export const cortexXdr: Format = {
  name: 'cortexXdr',
  matches(body) {
    const { incident, alerts } = partsOf(Place.of(body));
    const isIncident = incident.at('incident_id').isGiven && incident.at('xdr_url').isGiven;
    return isIncident || alerts.some(isAlert);
  },
  read(body) {
    const { incident, alerts, content } = partsOf(Place.of(body));
    const [first = content] = alerts;
    const event = new EventBuilder({
      source: 'cortex-xdr',
      eventId: incident.at('incident_id').isGiven
        ? incident.at('incident_id')
        : first.at('external_id', 'alert_id'),
      observedAt: incident.at('detection_time', 'creation_time'),
    });
    event.context('incidentId', incident.at('incident_id'));
    event.context('xdrUrl', incident.at('xdr_url'));
    for (const alert of alerts) readAlert(event, alert);
    // As in `DESKTOP-17:aeec6a2cc92e46fab3b6f621722e9916`, a name and an id of Cortex.
    for (const host of incident.at('hosts').list)
      event.device({ name: host.split(':').slice(0, 1) });
    readArtifacts(event, content);
    return event.build();
  },
};

interface Parts {
  /** Holds the artifacts. */
  readonly content: Place;
  readonly incident: Place;
  readonly alerts: readonly Place[];
}

/** The API's reply, the incident as playbooks hold it, or one alert. */
function partsOf(body: Place): Parts {
  const content = body.at('reply').isGiven ? body.at('reply') : body;
  const incident = content.at('incident').isGiven ? content.at('incident') : content;
  const list = content.at('alerts.data').isGiven ? content.at('alerts.data') : content.at('alerts');
  return { content, incident, alerts: isAlert(content) ? [content] : list.list };
}

function isAlert(place: Place): boolean {
  return (
    place.at('alert_id', 'external_id').isGiven &&
    place.at('detection_timestamp').isGiven &&
    place.at('host_name', 'host_ip', 'endpoint_id').isGiven
  );
}

function readAlert(event: EventBuilder, alert: Place): void {
  const seenAt = alert.at('detection_timestamp');
  event.context('ruleName', alert.at('name'));
  // A list, or text with commas.
  const ips = alert.at('host_ip').list.flatMap((ip) => ip.split(','));
  event.device({ name: alert.at('host_name'), ips, seenAt });
  // Newer versions list the events of an alert below it.
  for (const each of [alert, ...alert.at('events').list]) readEvidence(event, each, seenAt);
}

function readEvidence(event: EventBuilder, evidence: Place, seenAt: Place): void {
  event.ip(evidence.at('action_remote_ip'), seenAt);
  event.file({
    hashes: [evidence.at('action_file_sha256'), evidence.at('action_file_md5')],
    path: evidence.at('action_file_path'),
    seenAt,
  });
  event.file({
    hashes: evidence.at('action_process_image_sha256'),
    path: evidence.at('action_process_image_path'),
    name: evidence.at('action_process_image_name'),
    seenAt,
  });
  event.file({
    hashes: [evidence.at('actor_process_image_sha256'), evidence.at('actor_process_image_md5')],
    path: evidence.at('actor_process_image_path'),
    seenAt,
  });
  // Where the chain of processes began: often a shell or an updater.
  const root = 'causality_actor_process_image';
  event.leaveOut(evidence.at(`${root}_sha256`, `${root}_md5`), 'entry.notAsked');
}

function readArtifacts(event: EventBuilder, content: Place): void {
  for (const { list } of [content.at('network_artifacts.data', 'network_artifacts')]) {
    event.ip(list.map((each) => each.at('network_remote_ip')));
  }
  for (const file of content.at('file_artifacts.data', 'file_artifacts').list) {
    const isMalware = file.at('file_wildfire_verdict').is('MALWARE');
    const isMicrosofts = (file.at('file_signature_vendor_name').text ?? '').startsWith('Microsoft');
    const digest = file.at('file_sha256');
    if (isMicrosofts && !isMalware) event.leaveOut(digest, 'entry.notAsked');
    else event.file({ hashes: digest, isSuspicious: isMalware });
  }
}
