import type { IndicatorKind } from '../indicators/Indicator';
import type { Json, JsonObject } from '../json/Json';
import { isJsonObject } from '../json/Json';
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

/** Reads JSON that no format knows by a short list of field names, wherever they stand; never by how a value looks. */
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
  for (const object of objectsIn(root)) readObject(event, object, read);
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
  'No known format, and no field whose name alone says that it is an IP address, a file hash, a machine or an alert of ' +
  'Defender. Name what to look up in "indicators", as in {"indicators": [{"host": "…"}]}.';

/** All objects in a body but those that describe an observer, the outermost first. */
function objectsIn(root: Place): readonly Place[] {
  const objects: Place[] = [];
  const open: Place[] = [root];
  for (let place = open.pop(); place; place = open.pop()) {
    if (isList(place.value)) open.push(...place.list.toReversed());
    else if (isJsonObject(place.value)) {
      objects.push(place);
      const inner = place.fields.filter(
        ({ key, value }) => isNested(value) && !OBSERVERS.has(spelling(key)),
      );
      open.push(...inner.toReversed());
    }
  }
  return objects;
}

const isNested = (value: Json): boolean => typeof value === 'object' && value !== null;

/** What stands in one object under its names is about one machine, or one file. */
function readObject(event: EventBuilder, object: Place, read: Set<string>): void {
  const found: Record<Meaning, Place[]> = {
    ip: [],
    hash: [],
    mdeDeviceId: [],
    entraDeviceId: [],
    name: [],
    alert: [],
  };
  for (const field of object.fields) {
    const plain = object.path === '' ? PLAIN.get(field.key) : undefined;
    const meaning = plain ?? MEANINGS.get(spelling(field.key));
    if (!meaning) continue;
    found[meaning].push(field);
    if (object.path === '') read.add(field.key);
  }
  const type = object.path === '' ? meaningOf(spelling(object.at('type').text ?? '')) : null;
  const value = object.at('value');
  if (type && type.kind !== 'unknown' && value.isGiven) {
    found[TYPES[type.kind]].push(value);
    read.add('type').add('value');
  }
  const { ip, hash, mdeDeviceId, entraDeviceId, name, alert } = found;
  event.device({ mdeDeviceId, entraDeviceId, name });
  event.ip(ip);
  event.alert(alert);
  event.file({ hashes: hash });
}
