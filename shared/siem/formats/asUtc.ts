import type { Place } from './Place';

const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,9})?$/;

/** The time of a field that is UTC by its maker's definition, also where an export left out the zone. */
export function asUtc(time: Place): Place {
  return WITHOUT_ZONE.test(time.text ?? '') ? time.with(`${time.text}Z`) : time;
}
