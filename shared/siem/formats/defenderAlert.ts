import { AlertId } from '../../indicators/AlertId';
import { spelling } from '../spellings';
import type { DeviceParts } from './deviceEvidence';
import type { EventBuilder } from './EventBuilder';
import type { Place } from './Place';

/** What names Defender for Endpoint, or Defender XDR, whose alerts may be about its devices: old and new, in one word. */
const PRODUCTS: readonly string[] = [
  'defenderforendpoint',
  'defenderatp',
  'defenderadvancedthreatprotection',
  'mdatp',
  '365defender',
  'defenderxdr',
  'microsoftthreatprotection',
];

/** Whether a name means Defender for Endpoint or Defender XDR. A source that names no product is believed. */
export function isDefenderProduct(product: Place): boolean {
  const name = spelling(product.text ?? '');
  return name === '' || PRODUCTS.some((each) => name.includes(each));
}

/** An alert's id if Defender for Endpoint knows it. Another product's alert is everyday traffic: its id is left out. */
export function defenderAlertId(event: EventBuilder, id: Place, product: Place): readonly Place[] {
  if (!id.isGiven) return [];
  const parsed = AlertId.parse(id.text ?? '');
  const isForeign = !parsed.ok && parsed.problem.code === 'alert.otherProduct';
  if (isDefenderProduct(product) && !isForeign) return [id];
  event.leaveOut(id, 'entry.notAsked');
  return [];
}

/** A machine as alerts list it. */
export interface AlertDevice extends DeviceParts {
  readonly mdeDeviceId: Place;
}

/**
 * The machines of an alert, with what belongs to them. The alert's own id leads to its machine if there is only one; where
 * all have ids it adds nothing.
 */
export function addAlertDevices(
  event: EventBuilder,
  devices: readonly AlertDevice[],
  alertId: readonly Place[],
  seenAt: Place,
): void {
  const [only, second] = devices;
  if (only && !second) {
    event.device({ ...only, alertId, seenAt });
    return;
  }
  for (const device of devices) event.device({ ...device, seenAt });
  const areKnown = devices.length > 0 && devices.every((each) => each.mdeDeviceId.isGiven);
  if (areKnown) event.leaveOut(alertId, 'entry.notAsked');
  else event.alert(alertId, seenAt);
}

/** The devices, and those that other evidence names by an id not among them. */
export function withDevicesOf(
  devices: readonly AlertDevice[],
  ids: readonly Place[],
): readonly AlertDevice[] {
  const known = new Set(devices.map(({ mdeDeviceId }) => mdeDeviceId.text?.toLowerCase()));
  const others = ids.filter(({ text }) => {
    const id = text?.toLowerCase();
    const isNew = id !== undefined && !known.has(id);
    known.add(id);
    return isNew;
  });
  return [...devices, ...others.map((mdeDeviceId) => ({ mdeDeviceId }))];
}
