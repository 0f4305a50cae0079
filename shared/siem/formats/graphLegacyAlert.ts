import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

const LISTS = ['hostStates', 'networkConnections', 'fileStates', 'processes', 'userStates'];

/** An alert of Microsoft Graph's first security API (`/security/alerts`), which some connectors still write. */
export const graphLegacyAlert: Format = {
  name: 'graphLegacyAlert',
  matches(body) {
    const alert = Place.of(body);
    return alert.at('vendorInformation').isGiven && LISTS.some((key) => alert.at(key).isGiven);
  },
  read(body) {
    const alert = Place.of(body);
    const event = new EventBuilder({
      source: 'microsoft-graph',
      eventId: alert.at('id'),
      observedAt: alert.at('eventDateTime', 'lastEventDateTime', 'createdDateTime'),
      tenantIds: alert.at('azureTenantId'),
    });
    event.context('alertId', alert.at('id'));
    event.context('alertName', alert.at('title'));
    for (const host of alert.at('hostStates').list) {
      event.device({ name: host.at('fqdn', 'netBiosName'), ips: host.at('privateIpAddress') });
    }
    for (const connection of alert.at('networkConnections').list) {
      event.ip([connection.at('sourceAddress'), connection.at('destinationAddress')]);
    }
    for (const file of [...alert.at('fileStates').list, ...alert.at('processes').list]) {
      event.file({ hashes: file.at('fileHash'), name: file.at('name'), path: file.at('path') });
    }
    return event.build();
  },
};
