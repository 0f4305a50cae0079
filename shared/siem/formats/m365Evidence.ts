import { isAccused } from './accused';
import type { Places } from './Candidate';
import type { EventBuilder } from './EventBuilder';
import type { Place } from './Place';

/** Where Elastic's integrations with Defender XDR keep evidence, under Microsoft's field names in snake case. */
const EVIDENCE = ['m365_defender.alert.evidence', 'm365_defender.incident.alert.evidence'];
/** Of its older integration: lists of machines under other names. */
const DEVICES = ['m365_defender.alerts.devices', 'm365_defender.alerts.entities'];

/** Reads the evidence there; false: none. The alert is that of a machine only if it is the only one. */
export function readM365Evidence(event: EventBuilder, document: Place, alertId: Places): boolean {
  const evidence = EVIDENCE.flatMap((key) => document.at(key).list);
  const devices = DEVICES.flatMap((key) => document.at(key).list);
  const ids = [...evidence, ...devices].map((each) => idOf(each).text);
  const machines = new Set(ids.filter((id) => id !== null));
  if (ids.length === 0) return false;
  const isOne = machines.size === 1;
  if (!isOne) event.alert(alertId);
  for (const each of [...evidence, ...devices]) {
    readDevice(event, each, isOne && idOf(each).isGiven ? alertId : []);
    const file = each.at('image_file', 'file_details');
    const hashes = ['sha1', 'sha256', 'md5'].map((key) => file.at(key));
    event.file({
      hashes,
      path: file.at('path'),
      name: file.at('name'),
      isSuspicious: isAccused([each.at('verdict')]),
    });
    event.ip(each.at('ip_address'));
  }
  return true;
}

const idOf = (each: Place): Place =>
  each.at('mde_device_id', 'mdatp_device_id', 'mdatpDeviceId', 'deviceId');

function readDevice(event: EventBuilder, each: Place, alertId: Places): void {
  event.device({
    mdeDeviceId: idOf(each),
    alertId,
    entraDeviceId: each.at('azure_ad_device_id', 'aadDeviceId'),
    name: each.at('device_dns_name', 'deviceDnsName'),
    ips: [each.at('ip_interfaces'), each.at('last_ip_address')],
  });
}
