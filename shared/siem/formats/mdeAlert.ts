import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { addMdeEvidence } from './mdeEvidence';
import { Place } from './Place';

const NAMES = ['alertCreationTime', 'detectionSource', 'investigationState', 'lastEventTime'];

/** An alert of Defender for Endpoint's own API. */
export const mdeAlert: Format = {
  name: 'mdeAlert',
  matches(body) {
    const alert = Place.of(body);
    const isOfMachine = ['machineId', 'computerDnsName'].some((key) => alert.at(key).isGiven);
    return isOfMachine && NAMES.some((key) => alert.at(key).isGiven);
  },
  read(body) {
    const alert = Place.of(body);
    const event = new EventBuilder({
      source: 'microsoft-defender',
      eventId: alert.at('id'),
      observedAt: alert.at('lastEventTime', 'firstEventTime', 'alertCreationTime'),
      tenantIds: alert.at('aadTenantId'),
    });
    event.context('alertId', alert.at('id'));
    event.context('alertName', alert.at('title'));
    event.context('incidentId', alert.at('incidentId'));
    event.context('ruleId', alert.at('detectorId'));
    event.device({
      mdeDeviceId: alert.at('machineId'),
      alertId: alert.at('id'),
      name: alert.at('computerDnsName'),
    });
    const evidence = [...alert.at('evidence').list, ...alert.at('entities').list];
    for (const each of evidence) event.device({ name: each.at('computerDnsName') });
    addMdeEvidence(event, evidence, Place.of(null));
    return event.build();
  },
};
