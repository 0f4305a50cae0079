import { isIP } from 'node:net';
import { undecorateIp } from '../../indicators/undecorate';
import { textsAt, type Places } from './Candidate';
import type { EventBuilder } from './EventBuilder';
import { Place } from './Place';

/** Hexadecimal pairs, as a MAC or in eight groups, which would parse as IPv6. */
const MAC = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5,7}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i;

const NOWHERE = Place.of(null);

/** What a message states about one end of a connection. */
export interface EndpointParts {
  readonly names?: Places;
  readonly ips?: Places;
  /** Fields that hold an address or a name, whichever the source knew. */
  readonly either?: Places;
  readonly seenAt?: Place;
}

/**
 * One end of a connection: its name and its address are one machine, unless it has several of them, which may then be
 * as many machines.
 */
export function readEndpoint(
  event: EventBuilder,
  { names = [], ips = [], either = [], seenAt = NOWHERE }: EndpointParts,
): void {
  const given = textsAt(either);
  event.leaveOut(given.filter(isMac), 'entry.notAsked');
  const values = given.filter((place) => !isMac(place));
  const allNames = [...textsAt(names), ...values.filter((place) => !isAddress(place))];
  const allIps = [...textsAt(ips), ...values.filter(isAddress)];
  if (isOneMachine(names) && isOneMachine(ips) && isOneMachine(either) && allNames.length > 0) {
    event.device({ name: allNames, ips: allIps, seenAt });
    return;
  }
  for (const name of allNames) event.device({ name, seenAt });
  event.ip(allIps, seenAt);
}

/** Several fields may call one machine several things; a list in one field names several machines. */
const isOneMachine = (places: Places): boolean =>
  (Array.isArray(places) ? (places as readonly Place[]) : [places as Place]).every(
    ({ list }) => list.length <= 1,
  );

export const isAddress = ({ text }: Place): boolean => isIP(undecorateIp(text ?? '')) !== 0;

export const isMac = ({ text }: Place): boolean => MAC.test(text ?? '');
