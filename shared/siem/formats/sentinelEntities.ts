import type { Json } from '../../json/Json';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';
import { SentinelEntity } from './SentinelEntity';
import { SentinelEntityGraph, type EntityList } from './SentinelEntityGraph';

/** What the actions "Entities - Get …" and the STAT function call their lists. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ['IPs', 'ip'],
  ['Hosts', 'host'],
  ['Filehashes', 'filehash'],
  ['FileHashes', 'filehash'],
  ['Files', 'file'],
]);
const KIND_KEYS = ['kind', 'Kind', 'type', 'Type'];
const MIXED = [
  'relatedEntities',
  'entities',
  'Entities',
  'value',
  'value.entities',
  'Entity',
  'entity',
];

/** Entities without their incident: a list, one of them, the entity trigger's, or what "Entities - Get …" and STAT return. */
export const sentinelEntities: Format = {
  name: 'sentinelEntities',
  matches: (body) => listsOf(body).length > 0,
  read(body) {
    const whole = Place.of(body);
    const event = new EventBuilder({ source: 'microsoft-sentinel' });
    for (const holder of [whole, whole.at('body')]) {
      event.context('incidentArmId', holder.at('IncidentArmID', 'incidentArmId', 'IncidentARMId'));
    }
    new SentinelEntityGraph(listsOf(body)).addTo(event, []);
    return event.build();
  },
};

function listsOf(body: Json): readonly EntityList[] {
  const whole = Place.of(body);
  if (isEntities(whole)) return [{ place: whole, kind: null }];
  return [whole, whole.at('body')].flatMap((holder) => [
    ...MIXED.map((key) => holder.at(key).json())
      .filter(isEntities)
      .map(toMixed),
    ...[...LISTS].flatMap(([key, kind]) => {
      const place = holder.at(key).json();
      return isListOf(place, kind) ? [{ place, kind }] : [];
    }),
  ]);
}

const toMixed = (place: Place): EntityList => ({ place, kind: null });

/** A list counts if one of its entries can be nothing else. */
const isEntities = (place: Place): boolean => isListOf(place, null);

function isListOf(place: Place, kind: string | null): boolean {
  return place.list.some((each) => {
    const saysKind = kind !== null || each.at(...KIND_KEYS).isGiven;
    return saysKind && new SentinelEntity(each, kind).isRecognisable;
  });
}
