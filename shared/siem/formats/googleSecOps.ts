import { isJsonObject } from '../../json/Json';
import type { SiemEvent } from '../SiemRequest';
import { textsAt } from './Candidate';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

const DIGESTS = ['sha1', 'sha256', 'md5'];
/** An asset id of Defender's in the Unified Data Model, as in `MDE:1e5bc9d7…`. */
const MDE_PREFIX = /^MDE:/i;

/** Detections of Google SecOps, and events in its Unified Data Model, in either casing. */
export const googleSecOps: Format = {
  name: 'googleSecOps',
  matches(body) {
    const place = Place.of(body);
    return eventsOf(place).length > 0 || (isDetection(place) && place.at('id').isGiven);
  },
  read(body) {
    const place = Place.of(body);
    const events = eventsOf(place);
    if (isDetection(place)) return readDetection(place, events);
    return events.map((event) => readEvent(event, place));
  },
};

/** One finding, whatever number of events led to it. */
function readDetection(detection: Place, events: readonly Place[]): SiemEvent {
  const builder = new EventBuilder({
    source: 'google-secops',
    eventId: detection.at('id'),
    observedAt: detection.at('detectionTime', 'detection_time', 'timeWindow.endTime'),
  });
  readRule(builder, detection);
  builder.context('detectionId', detection.at('id'));
  for (const event of events) readUdm(builder, event);
  return builder.build();
}

function readEvent(event: Place, body: Place): SiemEvent {
  const builder = new EventBuilder({
    source: 'google-secops',
    eventId: event.at('metadata.id'),
    observedAt: timeOf(event),
  });
  readRule(builder, body);
  readUdm(builder, event);
  return builder.build();
}

function readRule(builder: EventBuilder, body: Place): void {
  const [rule = body] = body.at('detection').list;
  builder.context('ruleName', rule.at('ruleName', 'rule_name'));
  builder.context('ruleId', rule.at('ruleId', 'rule_id'));
}

const isDetection = (place: Place): boolean =>
  place.at('collectionElements', 'collection_elements').isGiven;

/** The event itself, in a search's or a rule's wrapper, or all of a detection's. */
function eventsOf(body: Place): readonly Place[] {
  const elements = body.at('collectionElements', 'collection_elements').list;
  const references = elements.flatMap((element) => element.at('references').list);
  const listed = [...references, ...body.at('events').list];
  const wrapped = listed.length > 0 ? listed : [body];
  return wrapped.flatMap((each) => {
    const event = each.at('event', 'udm').isGiven ? each.at('event', 'udm') : each;
    return isUdm(event) ? [event] : [];
  });
}

function isUdm(event: Place): boolean {
  const metadata = event.at('metadata');
  const isTyped = metadata.at('eventType', 'event_type').isGiven;
  return isTyped && ['principal', 'target', 'src'].some((key) => isJsonObject(event.at(key).value));
}

const timeOf = (event: Place): Place =>
  event.at('metadata.eventTimestamp', 'metadata.event_timestamp');

function readUdm(builder: EventBuilder, event: Place): void {
  const seenAt = timeOf(event);
  for (const key of ['principal', 'target', 'src']) {
    const noun = event.at(key);
    readMachine(builder, noun, seenAt);
    for (const file of [noun.at('process.file'), noun.at('file')]) {
      readFile(builder, file, noun, seenAt);
    }
  }
}

function readMachine(builder: EventBuilder, noun: Place, seenAt: Place): void {
  const asset = noun.at('asset');
  const ids = textsAt([noun.at('assetId', 'asset_id'), asset.at('assetId', 'asset_id')]);
  const own = ids.filter(({ text }) => MDE_PREFIX.test(text ?? ''));
  builder.device({
    mdeDeviceId: own.map((id) => id.with((id.text ?? '').replace(MDE_PREFIX, ''))),
    name: [noun.at('hostname'), asset.at('hostname')],
    ips: [noun.at('ip'), asset.at('ip')],
    seenAt,
  });
}

function readFile(builder: EventBuilder, file: Place, noun: Place, seenAt: Place): void {
  const path = file.at('fullPath', 'full_path');
  const hasFolder = path.text?.includes('\\') ?? false;
  builder.file({
    hashes: DIGESTS.map((key) => file.at(key)),
    // Of a process without a folder the noun's own file has it.
    path: hasFolder ? path : noun.at('file.fullPath', 'file.full_path'),
    seenAt,
  });
}
