import { accusedFirst, isAccused } from './accused';
import { addAlertDevices, defenderAlertId, withDevicesOf, type AlertDevice } from './defenderAlert';
import type { EventBuilder } from './EventBuilder';
import type { Place } from './Place';

const NAMESPACE = '#microsoft.graph.security.';
const ODATA_TYPE = ['@odata.type', 'at_sign_odata_type', 'odata_type'];

/** Whether an object of Graph says that it is of this type, as in `alert`. */
export function isOfType(place: Place, type: string): boolean {
  return ODATA_TYPE.some((key) => place.at(key).is(NAMESPACE + type, NAMESPACE.slice(1) + type));
}

/** What an alert of Graph's security API asks for. */
export function addGraphAlert(event: EventBuilder, alert: Place, seenAt: Place): void {
  const evidence = evidenceOf(alert);
  const devices = evidence.filter((each) => isOfType(each, 'deviceEvidence')).map(toDevice);
  const ids = evidence.map((each) => each.at('mdeDeviceId'));
  const alertId = defenderAlertId(event, alert.at('id'), alert.at('serviceSource'));
  addAlertDevices(event, withDevicesOf(devices, ids), alertId, seenAt);
  for (const each of accusedFirst(evidence, verdictOf)) addFile(event, each, seenAt);
  const addresses = evidence.filter((each) => isOfType(each, 'ipEvidence'));
  event.ip(
    addresses.map((each) => each.at('ipAddress')),
    seenAt,
  );
}

function toDevice(evidence: Place): AlertDevice {
  return {
    mdeDeviceId: evidence.at('mdeDeviceId'),
    entraDeviceId: evidence.at('azureAdDeviceId'),
    name: evidence.at('deviceDnsName'),
    ips: evidence.at('ipInterfaces'),
  };
}

function addFile(event: EventBuilder, evidence: Place, seenAt: Place): void {
  const file = evidence.at('fileDetails', 'imageFile');
  event.file({
    hashes: [file.at('sha1'), file.at('sha256'), file.at('md5')],
    name: file.at('fileName'),
    path: file.at('filePath'),
    isSuspicious: isAccused(verdictOf(evidence)),
    seenAt,
  });
  const parent = evidence.at('parentProcessImageFile');
  event.leaveOut([parent.at('sha1'), parent.at('sha256')], 'entry.notAsked');
}

/** A list, or, as some connectors write it, a key for each piece. */
function evidenceOf(alert: Place): readonly Place[] {
  const { list } = alert.at('evidence');
  return list.length > 0 ? list : alert.fields.filter(({ key }) => key.endsWith('Evidence'));
}

const verdictOf = (evidence: Place): Place => evidence.at('verdict');
