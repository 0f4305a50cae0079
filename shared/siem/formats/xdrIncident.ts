import { addAlertDevices, defenderAlertId, withDevicesOf, type AlertDevice } from './defenderAlert';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { addMdeEvidence } from './mdeEvidence';
import { Place } from './Place';

/** An incident of Defender XDR's own API (`api.security.microsoft.com/api/incidents`). */
export const xdrIncident: Format = {
  name: 'xdrIncident',
  matches(body) {
    const incident = Place.of(body);
    const [alert] = incident.at('alerts').list;
    const isNamed = incident.at('incidentName').isGiven || alert?.at('alertId').isGiven === true;
    return incident.at('incidentId').isGiven && isNamed;
  },
  read(body) {
    const incident = Place.of(body);
    const event = new EventBuilder({
      source: 'microsoft-defender',
      eventId: incident.at('incidentId'),
      observedAt: incident.at('lastUpdateTime', 'createdTime'),
    });
    event.context('incidentId', incident.at('incidentId'));
    event.context('incidentName', incident.at('incidentName'));
    for (const alert of incident.at('alerts').list) addAlert(event, alert);
    return event.build();
  },
};

function addAlert(event: EventBuilder, alert: Place): void {
  event.context('alertName', alert.at('title'));
  const seenAt = alert.at('lastActivity', 'firstActivity', 'creationTime');
  const alertId = defenderAlertId(event, alert.at('alertId'), alert.at('serviceSource'));
  const entities = alert.at('entities').list;
  const devices = alert.at('devices').list.map(toDevice);
  const ids = entities.map((entity) => entity.at('deviceId'));
  addAlertDevices(event, withDevicesOf(devices, ids), alertId, seenAt);
  addMdeEvidence(event, entities, seenAt);
}

function toDevice(device: Place): AlertDevice {
  return {
    mdeDeviceId: device.at('mdatpDeviceId', 'DeviceId'),
    entraDeviceId: device.at('aadDeviceId'),
    name: device.at('deviceDnsName'),
    ips: device.at('ipInterfaces'),
  };
}
