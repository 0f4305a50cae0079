import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { addGraphAlert, isOfType } from './graphEvidence';
import { Place } from './Place';

export const GRAPH_ALERT_TIMES = [
  'lastActivityDateTime',
  'firstActivityDateTime',
  'createdDateTime',
];

/** An alert of Microsoft Graph's security API (`alerts_v2`). */
export const graphAlert: Format = {
  name: 'graphAlert',
  matches(body) {
    const alert = Place.of(body);
    const isLikeOne = ['id', 'serviceSource', 'createdDateTime'].every(
      (key) => alert.at(key).isGiven,
    );
    return isOfType(alert, 'alert') || isLikeOne;
  },
  read(body) {
    const alert = Place.of(body);
    const seenAt = alert.at(...GRAPH_ALERT_TIMES);
    const event = new EventBuilder({
      source: 'microsoft-defender',
      eventId: alert.at('id'),
      observedAt: seenAt,
      tenantIds: alert.at('tenantId'),
    });
    event.context('alertId', alert.at('id'));
    event.context('alertName', alert.at('title'));
    event.context('incidentId', alert.at('incidentId'));
    event.context('ruleId', alert.at('detectorId'));
    addGraphAlert(event, alert, Place.of(null));
    return event.build();
  },
};
