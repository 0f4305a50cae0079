import { isJsonObject, type Json } from '../../json/Json';
import { meaningOf, spelling } from '../spellings';
import { accusedFirst, isAccused } from './accused';
import { addAlertDevices, withDevicesOf, type AlertDevice } from './defenderAlert';
import { EntityReferences } from './EntityReferences';
import type { EventBuilder } from './EventBuilder';
import { Place } from './Place';
import { SentinelEntity } from './SentinelEntity';

/** Entities of one list, with the kind that the list's name gives them; null: each names its own. */
export interface EntityList {
  readonly place: Place;
  readonly kind: string | null;
}

/** Where entities refer to others, by kind of the other. A parent process is not asked for. */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['host', 'host'],
  ['imagefile', 'file'],
  ['files', 'file'],
  ['sourceaddress', 'ip'],
  ['destinationaddress', 'ip'],
]);

const EVENT_TIME = Place.of(null);
const DIGEST = /^[0-9a-f]{1,128}$/i;

/** The entities of an alert or incident, with their references to each other followed. */
export class SentinelEntityGraph {
  private readonly references: EntityReferences;
  private readonly hashByArmId = new Map<string, SentinelEntity>();
  private readonly entities: readonly SentinelEntity[];
  /** Addresses that are a host's own, and digests that are a file's. */
  private readonly owned = new Set<Json>();

  constructor(lists: readonly EntityList[]) {
    this.references = new EntityReferences(lists.map(({ place }) => place));
    this.entities = this.reachable(lists);
    for (const entity of this.of('filehash')) {
      const id = entity.get('id').text?.toLowerCase();
      if (id !== undefined && !this.hashByArmId.has(id)) this.hashByArmId.set(id, entity);
    }
  }

  get hasHost(): boolean {
    return this.of('host').length > 0;
  }

  /** `alertIds`: of Defender alerts about these entities. */
  addTo(event: EventBuilder, alertIds: readonly Place[]): void {
    const hosts = this.of('host').map((host) => this.toDevice(host));
    const files = this.of('file');
    const ids = files.map((file) => file.get('mdatpdeviceid'));
    addAlertDevices(event, withDevicesOf(hosts, ids), alertIds, EVENT_TIME);
    for (const file of accusedFirst(files, verdictsOf)) this.addFile(event, file);
    for (const entity of this.entities) {
      if (this.owned.has(entity.place.value)) continue;
      if (entity.kind === 'ip') event.ip(entity.get('address'));
      else if (entity.kind === 'filehash') event.file({ hashes: digestOf(entity) });
    }
  }

  private toDevice(host: SentinelEntity): AlertDevice {
    const interfaces = host.get('ipinterfaces').list.map((each) => this.references.resolve(each));
    for (const { value } of interfaces) this.owned.add(value);
    return {
      mdeDeviceId: host.get('mdatpdeviceid'),
      entraDeviceId: host.get('aaddeviceid'),
      name: nameOf(host),
      ips: interfaces.map((each) => new SentinelEntity(each).get('address')),
    };
  }

  private addFile(event: EventBuilder, file: SentinelEntity): void {
    const inline = file.get('filehashes').list.map((each) => this.references.resolve(each));
    const ids = file.get('filehashentityids').list.map(({ text }) => text?.toLowerCase() ?? '');
    const named = [...new Set(ids)].flatMap((id) => this.hashByArmId.get(id) ?? []);
    const hashes = [...inline.map((each) => new SentinelEntity(each)), ...named];
    for (const { place } of hashes) this.owned.add(place.value);
    event.file({
      hashes: hashes.map(digestOf),
      name: file.get('filename', 'name'),
      path: file.get('directory'),
      isSuspicious: isAccused(verdictsOf(file)),
    });
  }

  private of(kind: string): readonly SentinelEntity[] {
    return this.entities.filter((entity) => entity.kind === kind);
  }

  /** Every entity once, in the order of the lists, also when entities name each other in a circle. */
  private reachable(lists: readonly EntityList[]): readonly SentinelEntity[] {
    const found = new Map<Json, SentinelEntity>();
    const waiting = lists.flatMap(({ place, kind }) => place.list.map((each) => ({ each, kind })));
    for (const { each, kind } of waiting) {
      const place = this.references.resolve(each);
      if (!isJsonObject(place.value) || found.has(place.value)) continue;
      const entity = new SentinelEntity(place, kind);
      found.set(place.value, entity);
      for (const [field, named] of NAMED_BY) {
        waiting.push(...entity.get(field).list.map((other) => ({ each: other, kind: named })));
      }
    }
    return [...found.values()];
  }
}

/** The full name as given, else made of name and domain, else the short name. */
function nameOf(host: SentinelEntity): Place {
  const whole = host.get('fqdn', 'devicednsname');
  if (whole.isGiven) return whole;
  const name = host.get('hostname', 'netbiosname');
  const domain = host.get('dnsdomain').text;
  return name.text === null || domain === null || name.text.includes('.')
    ? name
    : name.with(`${name.text}.${domain}`);
}

/** A digest with its algorithm, as in `SHA1=…`; other values are unchanged. */
function digestOf(entity: SentinelEntity): Place {
  const value = entity.get('hashvalue', 'value', 'filehash');
  const algorithm = meaningOf(spelling(entity.get('algorithm').text ?? ''))?.hashAlgorithm;
  const isNamed = algorithm != null && DIGEST.test(value.text ?? '');
  return isNamed ? value.with(`${algorithm}=${value.text}`) : value;
}

const verdictsOf = (file: SentinelEntity): readonly Place[] => [
  file.get('verdict'),
  file.get('lastverdict'),
];
