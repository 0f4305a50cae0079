import { textsAt, type Places } from './Candidate';
import type { Place } from './Place';

/** Defender's own device id; products that hand it on write it under keys that hold other ids as well. */
const DEFENDER_ID = /^[0-9a-f]{40}$/i;

/** Of places that may hold another product's device id: those that hold Defender's, and the others. */
export function partDefenderIds(places: Places): {
  readonly defender: readonly Place[];
  readonly other: readonly Place[];
} {
  const texts = textsAt(places);
  const isDefenders = ({ text }: Place): boolean => DEFENDER_ID.test(text ?? '');
  return { defender: texts.filter(isDefenders), other: texts.filter((each) => !isDefenders(each)) };
}
