import { defenderAlertId } from './defenderAlert';
import { EntityReferences } from './EntityReferences';
import type { EventBuilder } from './EventBuilder';
import type { Place } from './Place';

const DIGESTS = ['SHA1', 'SHA256', 'MD5'];

/** One row of a table of advanced hunting, as a query returns it and as Defender streams it. */
export function addHuntingRow(event: EventBuilder, row: Place, seenAt: Place): void {
  const more = row.at('AdditionalFields').json();
  const references = new EntityReferences([more]);
  const part = (key: string): Place => references.resolve(more.at(key));
  addDevices(event, row, part('Host').isGiven ? part('Host') : more, references, seenAt);
  const file = part('ImageFile').isGiven ? part('ImageFile') : more;
  const columns = DIGESTS.map((key) => row.at(key));
  const hasDigest = columns.some(({ isGiven }) => isGiven);
  event.file({
    hashes: hasDigest
      ? columns
      : file.at('FileHashes').list.map((each) => references.resolve(each)),
    name: row.at('FileName'),
    path: row.at('FolderPath'),
    seenAt,
  });
  const before = DIGESTS.map((key) => row.at(`InitiatingProcess${key}`));
  event.leaveOut(before, 'entry.notAsked');
  const signature = ['SignerHash', 'IssuerHash', 'Thumbprint'].map((key) => row.at(key));
  event.leaveOut(signature, 'entry.policyArtefact');
}

function addDevices(
  event: EventBuilder,
  row: Place,
  host: Place,
  references: EntityReferences,
  seenAt: Place,
): void {
  const ownId = row.at('DeviceId');
  // Identity tables have no device id, and their address is that of the device.
  const address = row.at('IPAddress');
  event.device({
    mdeDeviceId: ownId.isGiven ? ownId : host.at('MachineId'),
    alertId: defenderAlertId(event, row.at('AlertId'), row.at('ServiceSource')),
    entraDeviceId: row.at('AadDeviceId'),
    name: row.at('DeviceName'),
    ips: [
      row.at('LocalIP'),
      ...row
        .at('IPAddresses')
        .json()
        .list.map((each) => each.at('IPAddress')),
      ...host.at('IpInterfaces').list.map((each) => references.resolve(each).at('Address')),
      ownId.isGiven ? address.with(null) : address,
    ],
    seenAt,
  });
  const other = row.at('RemoteDeviceName', 'DestinationDeviceName');
  const remote = row.at('RemoteIP', 'DestinationIPAddress');
  if (other.isGiven) event.device({ name: other, ips: remote, seenAt });
  else event.ip(remote, seenAt);
}
