import type { Json } from '../json/Json';
import { Place } from './formats/Place';

/** What records in the Elastic Common Schema and in OCSF carry the native one under. */
const PROJECTED = ['mde_enrichment', 'unmapped.mde_enrichment'];

/** Of records of lookups, of requests, and of what was quarantined. */
const OWN_ID = /^[esq]_[0-9a-f]{40}$/;

/**
 * Whether it is a record of this app, in any format, or an answer with some of them: looked up again, what a record names
 * would lead to further records without end. An Elastic alert about an enriched document is not one.
 */
export function isOwnRecord(body: Json): boolean {
  const whole = Place.of(body);
  const places = [whole, ...PROJECTED.map((key) => whole.at(key)), ...whole.at('results').list];
  return places.some(isNative) && !whole.at('kibana.alert.uuid').isGiven;
}

const isNative = (record: Place): boolean =>
  record.at('recordType').is('lookup', 'request', 'quarantine') &&
  OWN_ID.test(record.at('id').text ?? '');
