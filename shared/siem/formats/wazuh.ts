import { readEndpoint } from './endpoints';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';
import { sysmonImage } from './sysmonImage';

/** Alerts of a Wazuh manager, as its integrations and indexer send them. */
export const wazuh: Format = {
  name: 'wazuh',
  matches(body) {
    const alert = Place.of(body);
    return alert.at('rule.level').isGiven && alert.at('manager.name').isGiven;
  },
  read(body) {
    const alert = Place.of(body);
    const event = new EventBuilder({
      source: 'wazuh',
      eventId: alert.at('id'),
      observedAt: alert.at('timestamp', '@timestamp'),
    });
    event.context('ruleId', alert.at('rule.id'));
    event.context('ruleName', alert.at('rule.description'));
    readAgent(event, alert);
    readConnections(event, alert.at('data'));
    const details = alert.at('data.win.eventdata');
    event.file({ hashes: details.at('hashes'), path: sysmonImage(details) });
    const file = alert.at('syscheck');
    const digests = ['sha1_after', 'sha256_after', 'md5_after'].map((key) => file.at(key));
    event.file({ hashes: digests, path: file.at('path') });
    const scanned = alert.at('data.virustotal.source');
    event.file({ hashes: [scanned.at('sha1'), scanned.at('md5')], path: scanned.at('file') });
    return event.build();
  },
};

function readAgent(event: EventBuilder, alert: Place): void {
  const manager = alert.at('manager.name');
  event.leaveOut(manager, 'entry.ownHost');
  const agent = alert.at('agent');
  // Agent 000 is the manager itself.
  const isManager = agent.at('id').is('000') || agent.at('name').is(manager.text ?? '');
  if (isManager) event.leaveOut(agent.at('name'), 'entry.ownHost');
  else {
    const name = [alert.at('data.win.system.computer'), agent.at('name')];
    event.device({ name, ips: agent.at('ip') });
  }
}

function readConnections(event: EventBuilder, data: Place): void {
  event.ip([data.at('srcip', 'src_ip'), data.at('dstip', 'dest_ip')]);
  const details = data.at('win.eventdata');
  readEndpoint(event, { names: details.at('workstationName'), ips: details.at('ipAddress') });
  for (const end of ['source', 'destination']) {
    readEndpoint(event, { names: details.at(`${end}Hostname`), ips: details.at(`${end}Ip`) });
  }
}
