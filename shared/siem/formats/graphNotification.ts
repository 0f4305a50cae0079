import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

/** A change notification of Microsoft Graph, by webhook or in an Event Grid event: it holds no more than the id of an alert. */
export const graphNotification: Format = {
  name: 'graphNotification',
  matches(body) {
    const notification = Place.of(body);
    return ['changeType', 'resource', 'resourceData.id'].every(
      (key) => notification.at(key).isGiven,
    );
  },
  read(body) {
    const notification = Place.of(body);
    const event = new EventBuilder({
      source: 'microsoft-graph',
      tenantIds: notification.at('tenantId'),
    });
    const changed = notification.at('resourceData');
    if (isAlert(notification)) {
      event.context('alertId', changed.at('id'));
      event.alert(changed.at('id'));
    } else event.leaveOut(changed.at('id'), 'entry.notAsked');
    return event.build();
  },
};

/** Alerts are named in several ways: by type, by the path of their list, or as the only thing under `security`. */
function isAlert(notification: Place): boolean {
  const type = notification.at('resourceData.@odata.type').text ?? '';
  const path = notification.at('resourceData.@odata.id', 'resource').text ?? '';
  return /\.alert$/i.test(type) || /(?:^|\/)alerts|^security\/[^/]{1,256}$/i.test(path);
}
