import type { IndicatorKind } from '../indicators/Indicator';
import { isJsonObject, type JsonObject } from '../json/Json';
import { fieldOf, toFields } from './entryFields';
import { exactText, isGiven, isList } from './fields';
import { EventBuilder } from './formats/EventBuilder';
import { Place } from './formats/Place';
import { readContext } from './readContext';
import { isHeadField, readHead } from './readHead';
import type { SiemRequest } from './SiemRequest';
import { meaningOf, spelling } from './spellings';
import { unreadable, type Reading } from './Unreadable';

/** Names that mean one thing in every product, without case, hyphens and the like. `host` and `deviceId` do not. */
const NAMES = {
  ip: [
    'ip',
    'ipaddress',
    'ipaddr',
    'ipv4',
    'ipv6',
    'srcip',
    'dstip',
    'sourceip',
    'destip',
    'destinationip',
    'hostip',
    'deviceip',
    'localip',
    'remoteip',
    'clientip',
    'privateip',
    'sourceipaddress',
    'destinationipaddress',
    'remoteipaddress',
    'localipaddress',
  ],
  hash: [
    'sha1',
    'sha256',
    'md5',
    'filehash',
    'filesha1',
    'filesha256',
    'filemd5',
    'filehashsha1',
    'filehashsha256',
    'filehashmd5',
    'sha1hash',
    'sha256hash',
    'md5hash',
  ],
  mdeDeviceId: ['mdatpdeviceid', 'mdedeviceid', 'mdemachineid'],
  entraDeviceId: ['aaddeviceid', 'azureaddeviceid', 'entradeviceid'],
  name: [
    'hostname',
    'fqdn',
    'hostfqdn',
    'computername',
    'computerdnsname',
    'devicename',
    'devicednsname',
    'dnshostname',
    'netbiosname',
    'machinename',
  ],
  alert: ['mdealertid', 'defenderalertid'],
} as const;
type Meaning = keyof typeof NAMES;
const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(NAMES).flatMap(
    ([meaning, names]) => names.map((name) => [name, meaning as Meaning] as const), // its own keys
  ),
);
/** The plain form's own keys, as it writes them, at top level only. */
const PLAIN: ReadonlyMap<string, Meaning> = new Map([
  ['hash', 'hash'],
  ['alertId', 'alert'],
  ['machineId', 'mdeDeviceId'],
]);
/** What `type` beside `value` calls it, at top level only. */
const TYPES: Readonly<Record<IndicatorKind, Meaning>> = {
  ip: 'ip',
  file: 'hash',
  machine: 'mdeDeviceId',
  host: 'name',
  alert: 'alert',
};
/** Parts of an event that describe what has seen it. */
const OBSERVERS: ReadonlySet<string> = new Set([
  'observer',
  'agent',
  'manager',
  'sensor',
  'collector',
  'forwarder',
  'reporter',
  'logsource',
  'policy',
  'certificate',
  'context',
]);

/** Reads JSON of no known format by a short list of field names, at any depth; never by how a value looks. */
export function readGenericForm(body: JsonObject): Reading<SiemRequest> {
  const fields = toFields(body);
  const head = readHead(fields);
  const root = Place.of(body);
  const observedAt = fieldOf(fields, 'observedat');
  const event = new EventBuilder({
    source: '',
    ...(observedAt && { observedAt: root.at(observedAt.key) }),
  });
  const read = new Set<string>();
  for (const key of readOwn(event, root)) read.add(key);
  for (const { object, top } of objectsIn(root)) {
    if (readObject(event, object)) read.add(top);
  }
  const built = event.build();
  if (built.indicators.length === 0) return unreadable('message.noIndicator', NOTHING_FOUND);
  const ref = exactText.safeParse(fieldOf(fields, 'ref')?.value).data ?? null;
  const isForeign = ({ key, name, value }: (typeof fields)[number]) =>
    isGiven(value) && !read.has(key) && !isHeadField(name);
  const foreign = fields.filter(isForeign);
  return {
    ok: true,
    value: {
      ...built,
      ...head,
      ...readContext(fieldOf(fields, 'context')?.value ?? null),
      format: 'generic',
      indicators: built.indicators.map((each) => ({ ...each, ref })),
      ignored: [...head.ignored.map(({ path }) => path), ...foreign.map(({ key }) => key)].map(
        (path) => ({ path, code: 'field.unknown' }),
      ),
      entryPath: '',
    },
  };
}

const NOTHING_FOUND =
  'No known format, and no field whose name alone identifies an IP address, a file hash, a machine or an alert of ' +
  'Defender. Name what to look up in "indicators", as in {"indicators": [{"host": "…"}]}.';

interface Found {
  readonly object: Place;
  /** The top-level field that holds it. */
  readonly top: string;
}

/** All objects in a body but those that describe an observer, each before what it holds. */
function objectsIn(place: Place, top = ''): readonly Found[] {
  if (isList(place.value)) return place.list.flatMap((each) => objectsIn(each, top));
  if (!isJsonObject(place.value)) return [];
  const inner = place.fields.filter(({ key }) => !OBSERVERS.has(spelling(key)));
  const below = inner.flatMap((each) => objectsIn(each, top || each.key));
  return place.path === '' ? below : [{ object: place, top }, ...below];
}

/** The top level: also the plain form's own keys, and `value` beside a `type`. Returns the keys that it read. */
function readOwn(event: EventBuilder, root: Place): readonly string[] {
  const named = root.fields.flatMap((field): Named[] => {
    const meaning = PLAIN.get(field.key) ?? MEANINGS.get(spelling(field.key));
    return meaning ? [{ meaning, field }] : [];
  });
  const type = meaningOf(spelling(root.at('type').text ?? ''));
  const isTyped = type !== null && type.kind !== 'unknown' && root.at('value').isGiven;
  const typed = isTyped ? [{ meaning: TYPES[type.kind], field: root.at('value') }] : [];
  add(event, [...named, ...typed]);
  return [...named.map(({ field }) => field.key), ...(isTyped ? ['type', 'value'] : [])];
}

/** Whether the object has a field that was read. */
function readObject(event: EventBuilder, object: Place): boolean {
  const named = object.fields.flatMap((field): Named[] => {
    const meaning = MEANINGS.get(spelling(field.key));
    return meaning ? [{ meaning, field }] : [];
  });
  add(event, named);
  return named.length > 0;
}

interface Named {
  readonly meaning: Meaning;
  readonly field: Place;
}

/** The fields of one object are about one machine, and one file. */
function add(event: EventBuilder, named: readonly Named[]): void {
  const of = (meaning: Meaning): readonly Place[] =>
    named.flatMap((each) => (each.meaning === meaning ? [each.field] : []));
  event.device({
    mdeDeviceId: of('mdeDeviceId'),
    entraDeviceId: of('entraDeviceId'),
    name: of('name'),
  });
  event.ip(of('ip'));
  event.alert(of('alert'));
  event.file({ hashes: of('hash') });
}
