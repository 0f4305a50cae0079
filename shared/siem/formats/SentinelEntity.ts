import { spelling } from '../spellings';
import type { Place } from './Place';

/** Where an entity keeps its fields, besides in itself. */
const HOLDERS: ReadonlySet<string> = new Set(['properties', 'additionaldata', 'rawentity']);
const MAX_HOLDERS = 8;
/** The `type` of every entity of the REST API. */
const ARM_TYPE = 'microsoftsecurityinsightsentities';

/** The fields that only an entity of this kind has, by which a bare object is recognised. */
const OWN_FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ip', ['address']],
  ['host', ['hostname', 'netbiosname', 'mdatpdeviceid', 'fqdn', 'azureid']],
  ['file', ['filename', 'directory', 'filehashes', 'filehashentityids']],
  ['filehash', ['hashvalue', 'algorithm']],
  ['process', ['imagefile', 'elevationtoken']],
]);

/** An entity of Sentinel, flat or with `properties`, in camel, Pascal or snake case. */
export class SentinelEntity {
  /** `ip`, `host`, `file`, `filehash`, `process` …; '' if unknown. */
  readonly kind: string;
  private readonly fields = new Map<string, Place>();

  /** `kindOfPlace`: what the list or the field that holds it calls it. */
  constructor(
    readonly place: Place,
    kindOfPlace: string | null = null,
  ) {
    const holders = [place];
    for (const holder of holders) {
      for (const field of holder.fields) {
        const name = spelling(field.key);
        if (HOLDERS.has(name) && holders.length < MAX_HOLDERS) holders.push(field);
        else if (field.isGiven && !this.fields.has(name)) this.fields.set(name, field);
      }
    }
    const said = ['kind', 'type'].map((name) => spelling(this.get(name).text ?? ''));
    this.kind = said.find((kind) => kind !== '' && kind !== ARM_TYPE) ?? kindOfPlace ?? '';
  }

  /** Whether it is recognisably an entity and nothing of another product, whose `type` may be the same word. */
  get isRecognisable(): boolean {
    if (spelling(this.get('type').text ?? '') === ARM_TYPE) return true;
    return (OWN_FIELDS.get(this.kind) ?? []).some((name) => this.get(name).isGiven);
  }

  /** The first of these fields that is given, in whichever case; names are in lower case without underscores. */
  get(...names: readonly string[]): Place {
    for (const name of names) {
      const place = this.fields.get(name);
      if (place) return place;
    }
    return this.place.at(names[0] ?? '');
  }
}
