import type { SiemEvent } from '../SiemRequest';
import { readEndpoint } from './endpoints';
import { EventBuilder } from './EventBuilder';
import { keyValuesOf } from './keyValues';
import type { Place } from './Place';

/** What accompanies a row: the search and its run, or the metadata of HEC. */
export interface SplunkHead {
  readonly sid: Place;
  readonly searchName: Place;
  readonly resultsLink: Place;
  readonly time: Place;
  readonly host: Place;
}

/** The names of a data model before a field, as in `IDS_Attacks.src`. */
const DATA_MODEL = /^[A-Z]\w{1,63}\./;
const COMPUTER = /<Computer>([^<]{1,255})<\/Computer>/;
const DIGESTS = ['SHA1', 'SHA256', 'MD5', 'sha1', 'sha256', 'md5'];

/** Fields of the Common Information Model that Splunk's add-ons write, and other products do not. */
const CIM_FIELDS = ['src', 'dest', 'src_ip', 'dest_ip', 'dvc', 'file_hash', 'process_hash'];

export const isCimRow = (row: Place): boolean => row.at(...CIM_FIELDS).isGiven;

/** One row, in the names of the Common Information Model: https://docs.splunk.com/Documentation/CIM. */
export function readSplunkRow(given: Place, head: SplunkHead): SiemEvent {
  const row = new Row(given);
  const event = new EventBuilder({
    source: 'splunk',
    eventId: eventIdOf(row, head),
    observedAt:
      [row.at('orig_time', 'lastTime', '_time'), head.time].find((time) => time.isGiven) ??
      head.time,
  });
  event.context('sid', head.sid);
  event.context('searchName', head.searchName);
  event.context('searchName', row.at('search_name'));
  event.context('resultsLink', head.resultsLink);
  event.context('ruleName', row.at('rule_title', 'rule_name'));
  event.context('splunkEventId', row.at('event_id'));
  readEndpoints(event, row);
  readHosts(event, row, head);
  readFiles(event, row);
  return event.build();
}

/** The fields of a row, with or without their data model; those of a notable event may be in `_raw` only. */
class Row {
  readonly isNotable: boolean;
  private readonly fields = new Map<string, Place>();

  constructor(readonly place: Place) {
    for (const field of place.fields) {
      const name = field.key.replace(DATA_MODEL, '');
      if (!this.fields.has(name) && field.isGiven) this.fields.set(name, field);
    }
    const at = (key: string) => place.at(key);
    this.isNotable =
      at('index').is('notable') || at('sourcetype').is('stash') || at('event_hash').isGiven;
    if (!this.isNotable) return;
    const raw = at('_raw');
    for (const [name, value] of keyValuesOf(raw.text ?? '')) {
      if (!this.fields.has(name)) this.fields.set(name, raw.with(value));
    }
  }

  at(...names: readonly string[]): Place {
    const found = names.map((name) => this.fields.get(name)).find((field) => field !== undefined);
    return found ?? this.place.at('');
  }
}

function eventIdOf(row: Row, { sid }: SplunkHead): Place {
  const id = row.at('event_id');
  if (id.isGiven) return id;
  if (sid.isGiven) return sid;
  const [bucket, address] = [row.at('_bkt').text, row.at('_cd').text];
  return bucket === null || address === null ? sid : row.at('_bkt').with(`${bucket}/${address}`);
}

function readEndpoints(event: EventBuilder, row: Row): void {
  for (const end of ['src', 'dest']) {
    readEndpoint(event, {
      names: [`${end}_host`, `${end}_nt_host`, `${end}_dns`].map((name) => row.at(name)),
      ips: row.at(`${end}_ip`, ...(end === 'dest' ? ['dst_ip'] : [])),
      either: row.at(end, ...(end === 'dest' ? ['dst'] : [])),
    });
  }
  event.device({ name: row.at('ComputerName', 'Computer') });
  // Of risk notables; other types are users.
  if (row.at('risk_object_type').is('system', 'host')) {
    readEndpoint(event, { either: row.at('risk_object') });
  }
}

/**
 * What has written the event: most often the machine it is about. Of a notable event `host` is the search head, and
 * `orig_host` the machine; of a Windows event in XML it may be a collector.
 */
function readHosts(event: EventBuilder, row: Row, { host }: SplunkHead): void {
  const servers = [row.at('splunk_server'), ...row.at('_si').list.slice(0, 1)];
  const own = new Set(servers.flatMap(({ text }) => text?.toLowerCase() ?? []));
  const computer = computerOf(row.place);
  if (computer) event.device({ name: computer });
  const hosts = [row.at('host'), host];
  const isCarrier = row.isNotable || computer !== null;
  if (isCarrier) event.leaveOut(hosts, 'entry.ownHost');
  for (const writer of [row.at('orig_host'), ...(isCarrier ? [] : hosts), row.at('dvc')]) {
    const isOwn = own.has(writer.text?.toLowerCase() ?? '');
    if (isOwn) event.leaveOut(writer, 'entry.ownHost');
    else readEndpoint(event, { either: writer });
  }
}

/** Of a Windows event in XML, which HEC takes as text: the machine it happened on. */
function computerOf(event: Place): Place | null {
  const [, name] = COMPUTER.exec(typeof event.value === 'string' ? event.value : '') ?? [];
  return name === undefined ? null : event.with(name);
}

function readFiles(event: EventBuilder, row: Row): void {
  event.file({
    hashes: row.at('file_hash', 'Hashes', 'hash'),
    path: row.at('file_path'),
    name: row.at('file_name'),
  });
  event.file({ hashes: row.at('process_hash'), path: row.at('process_path', 'process') });
  event.file({ hashes: DIGESTS.map((name) => row.at(name)), path: row.at('Image') });
  event.leaveOut(row.at('parent_process_hash'), 'entry.notAsked');
}
