import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { GRAPH_ALERT_TIMES } from './graphAlert';
import { addGraphAlert, isOfType } from './graphEvidence';
import { Place } from './Place';

/** An incident of Microsoft Graph's security API; its alerts are there only if they were asked for (`$expand=alerts`). */
export const graphIncident: Format = {
  name: 'graphIncident',
  matches(body) {
    const incident = Place.of(body);
    const isLikeOne = ['id', 'incidentWebUrl', 'createdDateTime'].every(
      (key) => incident.at(key).isGiven,
    );
    return isOfType(incident, 'incident') || (isLikeOne && !incident.at('serviceSource').isGiven);
  },
  read(body) {
    const incident = Place.of(body);
    const event = new EventBuilder({
      source: 'microsoft-defender',
      eventId: incident.at('id'),
      observedAt: incident.at('lastUpdateDateTime', 'createdDateTime'),
      tenantIds: incident.at('tenantId'),
    });
    event.context('incidentId', incident.at('id'));
    event.context('incidentName', incident.at('displayName'));
    for (const alert of incident.at('alerts').list) {
      event.context('alertName', alert.at('title'));
      addGraphAlert(event, alert, alert.at(...GRAPH_ALERT_TIMES));
    }
    return event.build();
  },
};
