import { accusedFirst, isAccused } from './accused';
import { addAlertDevices, defenderAlertId, withDevicesOf, type AlertDevice } from './defenderAlert';
import type { EventBuilder } from './EventBuilder';
import type { Place } from './Place';

const NAMESPACE = '#microsoft.graph.security.';
const ODATA_TYPE = ['@odata.type', 'at_sign_odata_type', 'odata_type'];

/** Whether a Graph object is declared to be of this type, as in `alert`. */
export function isOfType(place: Place, type: string): boolean {
  return ODATA_TYPE.some((key) => place.at(key).is(NAMESPACE + type, NAMESPACE.slice(1) + type));
}

/** Evidence that other evidence holds, by the type that its place gives it: OData leaves such a type out. */
const HELD: ReadonlyMap<string, string> = new Map([
  ['files', 'fileEvidence'],
  ['processes', 'processEvidence'],
  ['host', 'deviceEvidence'],
  ['sourceAddress', 'ipEvidence'],
  ['destinationAddress', 'ipEvidence'],
]);

interface Evidence {
  readonly place: Place;
  /** Of `HELD`, for evidence nested in other evidence. */
  readonly type: string | null;
}

/** What an alert of Graph's security API asks for. */
export function addGraphAlert(event: EventBuilder, alert: Place, seenAt: Place): void {
  const evidence = evidenceOf(alert);
  const all = evidence.map(({ place }) => place);
  const devices = ofType(evidence, 'deviceEvidence').map(toDevice);
  const ids = all.map((each) => each.at('mdeDeviceId'));
  const alertId = defenderAlertId(event, alert.at('id'), alert.at('serviceSource'));
  addAlertDevices(event, withDevicesOf(devices, ids), alertId, seenAt);
  for (const each of accusedFirst(all, verdictsOf)) addFile(event, each, seenAt);
  const named = new Set(all.flatMap(digestsOf).map(({ text }) => text?.toLowerCase()));
  for (const hash of ofType(evidence, 'fileHashEvidence')) {
    const isOfFile = named.has(hash.at('value').text?.toLowerCase());
    if (!isOfFile) event.file({ hashes: hash, seenAt });
  }
  const addresses = ofType(evidence, 'ipEvidence');
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
    hashes: digestsOf(evidence),
    name: file.at('fileName'),
    path: file.at('filePath'),
    isSuspicious: isAccused(verdictsOf(evidence)),
    seenAt,
  });
  const parent = evidence.at('parentProcessImageFile');
  event.leaveOut([parent.at('sha1'), parent.at('sha256')], 'entry.notAsked');
}

function digestsOf(evidence: Place): readonly Place[] {
  const file = evidence.at('fileDetails', 'imageFile');
  return [file.at('sha1'), file.at('sha256'), file.at('md5')].filter(({ isGiven }) => isGiven);
}

/** A list, or, as some connectors write it, a key for each piece; each followed by what it holds. */
function evidenceOf(alert: Place): readonly Evidence[] {
  const { list } = alert.at('evidence');
  const pieces =
    list.length > 0 ? list : alert.fields.filter(({ key }) => key.endsWith('Evidence'));
  return pieces.flatMap((place) => [
    { place, type: null },
    ...[...HELD].flatMap(([key, type]) =>
      place.at(key).list.map((held) => ({ place: held, type })),
    ),
  ]);
}

function ofType(evidence: readonly Evidence[], wanted: string): readonly Place[] {
  return evidence.flatMap(({ place, type }) =>
    type === wanted || isOfType(place, wanted) ? [place] : [],
  );
}

const verdictsOf = (evidence: Place): readonly Place[] => [
  evidence.at('verdict'),
  ...evidence.at('roles').list,
];
