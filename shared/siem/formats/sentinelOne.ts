import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { Place } from './Place';

const DIGESTS = ['sha1', 'sha256', 'md5'];
const PROCESS_DIGESTS = ['fileHashSha1', 'fileHashSha256', 'fileHashMd5'];

/** Threats of SentinelOne, alerts of its customers' detection rules, and its log of activities. */
export const sentinelOne: Format = {
  name: 'sentinelOne',
  matches(body) {
    const place = Place.of(body);
    const hasAgent = place.at('agentDetectionInfo', 'agentRealtimeInfo').isGiven;
    return isActivity(place) || (hasAgent && place.at('threatInfo', 'alertInfo').isGiven);
  },
  read(body) {
    const place = Place.of(body);
    if (isActivity(place)) return readActivity(place);
    const threat = place.at('threatInfo');
    const alert = place.at('alertInfo');
    const event = new EventBuilder({
      source: 'sentinelone',
      eventId:
        [threat.at('threatId'), alert.at('alertId')].find((id) => id.isGiven) ?? place.at('id'),
      observedAt: threat.isGiven
        ? threat.at('identifiedAt', 'createdAt')
        : alert.at('reportedAt', 'createdAt'),
    });
    event.context('threatId', threat.at('threatId'));
    event.context('threatName', threat.at('threatName'));
    event.context('alertId', alert.at('alertId'));
    event.context('ruleName', place.at('ruleInfo.name'));
    readAgent(event, place);
    // SentinelOne calls it malicious or suspicious, whichever file it is.
    const hashes = DIGESTS.map((key) => threat.at(key));
    event.file({ hashes, path: threat.at('filePath'), isSuspicious: true });
    readProcess(event, place.at('sourceProcessInfo'));
    readProcess(event, place.at('targetProcessInfo'));
    event.ip([alert.at('dstIp'), alert.at('srcIp')]);
    return event.build();
  },
};

/** Some collectors write all keys in lower case. */
const isActivity = (place: Place): boolean =>
  place.at('activityType', 'activitytype').isGiven &&
  place.at('agentId', 'agentid').isGiven &&
  place.at('data').fields.length > 0;

function readActivity(activity: Place) {
  const event = new EventBuilder({
    source: 'sentinelone',
    eventId: activity.at('id'),
    observedAt: activity.at('createdAt', 'createdat'),
  });
  const data = activity.at('data');
  event.context('threatId', activity.at('threatId', 'threatid'));
  event.context('alertId', data.at('alertId', 'alertid'));
  event.context('ruleName', data.at('ruleName', 'rulename'));
  event.device({
    name: data.at('computerName', 'computername'),
    ips: data.at('agentIpV4', 'agentipv4').split(','),
  });
  event.file({
    hashes: data.at('fileContentHash', 'filecontenthash'),
    path: data.at('filePath', 'filepath'),
    isSuspicious: true,
  });
  event.ip([data.at('dstIp', 'dstip'), data.at('srcIp', 'srcip')]);
  return event.build();
}

function readAgent(event: EventBuilder, place: Place): void {
  const now = place.at('agentRealtimeInfo');
  const then = place.at('agentDetectionInfo');
  // One address for all machines behind it.
  event.leaveOut(then.at('externalIp'), 'entry.notAsked');
  const interfaces = now.at('networkInterfaces').list;
  event.device({
    name: [now.at('agentComputerName', 'name'), then.at('agentComputerName', 'name')],
    ips: [
      ...then.at('agentIpV4').split(','),
      ...then.at('agentIpV6').split(','),
      ...interfaces.flatMap((each) => [each.at('inet'), each.at('inet6')]),
    ],
  });
}

function readProcess(event: EventBuilder, process: Place): void {
  const hashes = PROCESS_DIGESTS.map((key) => process.at(key));
  event.file({ hashes, path: process.at('filePath') });
}
