import { AlertId } from '../../indicators/AlertId';
import { isJsonObject, type Json } from '../../json/Json';
import { textsAt, type Places } from './Candidate';
import { partDefenderIds } from './defenderIds';
import { EventBuilder } from './EventBuilder';
import { readEndpoint } from './endpoints';
import type { Format } from './Format';
import { readM365Evidence } from './m365Evidence';
import { Place } from './Place';
import { sysmonImage } from './sysmonImage';

/** Groups of the Elastic Common Schema, of which at least one accompanies `@timestamp`. */
const GROUPS: ReadonlySet<string> = new Set([
  'host',
  'event',
  'source',
  'destination',
  'client',
  'server',
  'process',
  'file',
  'dll',
  'winlog',
  'observer',
  'agent',
  'related',
  'user',
  'ecs',
]);
/** Where the body of a Kibana connector lists alerts: as its templates call them. */
const LISTS = [
  'alerts',
  'context.alerts',
  'alerts.new.data',
  'alerts.all.data',
  'alerts.ongoing.data',
  'data',
  'signals',
];
/** `@timestamp` may be when an alert was changed or raised; the others are the time of the event. */
const TIMES = [
  'm365_defender.incident.alert.last_activity_datetime',
  'event.end',
  'kibana.alert.original_time',
  'signal.original_time',
  '@timestamp',
];
const TENANTS = [
  'm365_defender.alert.tenant_id',
  'm365_defender.incident.tenant_id',
  'm365_defender.incident.alert.tenant_id',
];
const ALERT_IDS = ['event.id', 'm365_defender.alert.id', 'm365_defender.incident.alert.id'];
/** Where a document names machines and addresses; `related` repeats them, with others of the same machine. */
const NAMED = [
  'host.name',
  'host.hostname',
  'host.ip',
  'winlog.computer_name',
  'source.ip',
  'destination.ip',
  'client.ip',
  'server.ip',
];
const DIGESTS = ['sha1', 'sha256', 'md5'];
const FILES = ['file', 'dll', 'process'];
const DEFENDER = /defender/i;

/** Alerts and events in the Elastic Common Schema, nested or with dotted keys: https://www.elastic.co/guide/en/ecs/current. */
export const elastic: Format = {
  name: 'elastic',
  matches(body) {
    const place = Place.of(body);
    return isDocument(place.value) || listOf(place).some(({ value }) => isDocument(value));
  },
  read(body) {
    const place = Place.of(body);
    if (isDocument(body)) return readDocument(place, place);
    return listOf(place).map((each) => readDocument(each, place));
  },
};

function listOf(body: Place): readonly Place[] {
  return (
    LISTS.map((key) => body.at(key).list).find((list) =>
      list.some(({ value }) => isDocument(value)),
    ) ?? []
  );
}

function isDocument(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const place = Place.of(value);
  if (place.at('ecs.version', 'kibana.alert.uuid', 'kibana.alert.rule.name').isGiven) return true;
  const isInGroup = ({ key, fields }: Place): boolean => {
    const [group = ''] = key.split('.');
    return GROUPS.has(group) && (key !== group || fields.length > 0);
  };
  return place.at('@timestamp').isGiven && place.fields.some(isInGroup);
}

function readDocument(document: Place, body: Place) {
  const event = new EventBuilder({
    source: 'elastic',
    eventId: first(document.at('kibana.alert.uuid', '_id', 'event.id')),
    observedAt: first(document.at(...TIMES)),
    tenantIds: TENANTS.map((key) => document.at(key)),
  });
  readContext(event, document, body);
  readMachines(event, document);
  readConnections(event, document);
  readFiles(event, document);
  readRelated(event, document);
  return event.build();
}

/** The `fields` of a search write every value as a list. */
const first = (place: Place): Place => place.list[0] ?? place;

function readContext(event: EventBuilder, document: Place, body: Place): void {
  event.context('elasticAlertUuid', first(document.at('kibana.alert.uuid')));
  event.context('elasticId', document.at('_id'));
  event.context('elasticIndex', document.at('_index'));
  const rule = ['kibana.alert.rule.name', 'signal.rule.name', 'rule.name'];
  event.context('ruleName', first(document.at(...rule)));
  event.context('ruleName', body.at('rule.name', 'context.rule.name'));
  event.context(
    'ruleId',
    first(document.at('kibana.alert.rule.uuid', 'signal.rule.id', 'rule.id')),
  );
  event.context('ruleId', body.at('rule.id', 'context.rule.id'));
  event.context(
    'traceparent',
    first(document.at('traceparent', 'http.request.headers.traceparent')),
  );
}

function readMachines(event: EventBuilder, document: Place): void {
  const isDefenders = isOfDefender(document);
  const alertId = isDefenders ? readAlertId(document) : [];
  if (readM365Evidence(event, document, alertId)) return;
  if (isCollected(document)) {
    event.alert(alertId);
    event.leaveOut([document.at('host.name'), document.at('host.ip')], 'entry.ownHost');
    return;
  }
  const instance = isDefenders ? [document.at('cloud.instance.id')] : [];
  const { defender, other } = partDefenderIds([...instance, document.at('host.id')]);
  event.leaveOut(other, 'entry.notAsked');
  readHosts(event, {
    mdeDeviceId: defender,
    alertId,
    entraDeviceId: isDefenders ? document.at('device.id') : [],
    name: ['winlog.computer_name', 'host.name', 'host.hostname'].map((key) => document.at(key)),
    ips: document.at('host.ip'),
  });
}

/** A document about several hosts lists their ids, names and addresses, and not which belong together. */
function readHosts(event: EventBuilder, parts: HostParts): void {
  const { mdeDeviceId, name, alertId, ips } = parts;
  const ids = new Set(mdeDeviceId.map(({ text }) => text?.toLowerCase()));
  if (ids.size <= 1 && name.every(({ list }) => list.length <= 1)) {
    event.device(parts);
    return;
  }
  for (const id of mdeDeviceId) event.device({ mdeDeviceId: id });
  for (const each of textsAt(name)) event.device({ name: each });
  event.ip(ips);
  event.alert(alertId);
}

interface HostParts {
  readonly mdeDeviceId: readonly Place[];
  readonly alertId: readonly Place[];
  readonly entraDeviceId: Places;
  readonly name: readonly Place[];
  readonly ips: Place;
}

/** The log of a firewall or a sensor has the name of the host that collected it. */
function isCollected(document: Place): boolean {
  const observer = ['name', 'hostname', 'type', 'vendor', 'product'].map(
    (key) => `observer.${key}`,
  );
  const [host, agent] = ['host', 'agent'].map((of) =>
    first(document.at(`${of}.name`, `${of}.hostname`)),
  );
  return document.at(...observer).isGiven && (host?.is(agent?.text ?? '') ?? false);
}

/** `event.id` may also be that of an incident or of a log line. */
function readAlertId(document: Place): readonly Place[] {
  const ids = textsAt(ALERT_IDS.map((key) => document.at(key)));
  return ids.filter(({ text }) => AlertId.parse(text ?? '').ok);
}

function isOfDefender(document: Place): boolean {
  const said = ['data_stream.dataset', 'event.dataset', 'event.module', 'event.provider'];
  return said.some((key) => DEFENDER.test(first(document.at(key)).text ?? ''));
}

function readConnections(event: EventBuilder, document: Place): void {
  for (const key of ['source', 'destination', 'client', 'server']) {
    event.ip(document.at(`${key}.ip`));
  }
  const details = document.at('winlog.event_data');
  readEndpoint(event, { names: details.at('WorkstationName'), ips: details.at('IpAddress') });
}

function readFiles(event: EventBuilder, document: Place): void {
  const isAccused = document.at('event.code').is('malicious_file');
  const certificate = (of: string) => document.at(`${of}.code_signature.thumbprint_sha256`);
  event.file({
    hashes: digestsOf(document, 'file'),
    path: document.at('file.path'),
    name: document.at('file.name'),
    isSuspicious: isAccused,
  });
  event.file({ hashes: digestsOf(document, 'dll'), path: document.at('dll.path') });
  event.file({ hashes: digestsOf(document, 'process'), path: document.at('process.executable') });
  const details = document.at('winlog.event_data');
  event.file({ hashes: details.at('Hashes'), path: sysmonImage(details) });
  event.leaveOut(digestsOf(document, 'process.parent'), 'entry.notAsked');
  event.leaveOut(FILES.map(certificate), 'entry.policyArtefact');
  const artefacts = ['global', 'user'].flatMap(
    (scope) => document.at(`Endpoint.policy.applied.artifacts.${scope}.identifiers`).list,
  );
  event.leaveOut(
    artefacts.map((each) => each.at('sha256')),
    'entry.policyArtefact',
  );
}

const digestsOf = (document: Place, of: string): readonly Place[] =>
  DIGESTS.map((key) => document.at(`${of}.hash.${key}`));

/** `related` repeats other fields, and adds the digests of parent processes. */
function readRelated(event: EventBuilder, document: Place): void {
  if (!document.at(...NAMED).isGiven) event.ip(document.at('related.ip'));
  const hasFile = FILES.some((of) => digestsOf(document, of).some(({ isGiven }) => isGiven));
  if (hasFile) return;
  for (const digest of document.at('related.hash').list) event.file({ hashes: digest });
}
