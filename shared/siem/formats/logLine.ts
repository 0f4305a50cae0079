import { readEndpoint } from './endpoints';
import { EventBuilder } from './EventBuilder';
import type { Format } from './Format';
import { keyValuesOf } from './keyValues';
import { Place } from './Place';

const SOURCE_IPS = ['src', 'srcip', 'src_ip', 'source_ip'];
const DESTINATION_IPS = ['dst', 'dstip', 'dst_ip', 'dest_ip', 'destination_ip'];
const DIGESTS = ['sha1', 'sha256', 'md5', 'filehash'];
const KEYS = [...SOURCE_IPS, ...DESTINATION_IPS, ...DIGESTS];
const BEGINS = /^[A-Za-z_][\w.-]{0,63}=/;

/** FortiGate parts date, time and zone. */
function timeOf(fields: Place): Place {
  const [date, time, zone] = [fields.at('date'), fields.at('time'), fields.at('tz')];
  const isParted = date.isGiven && time.isGiven;
  return isParted
    ? date.with(`${date.text}T${time.text}${zone.text ?? ''}`)
    : fields.at('timestamp');
}

/** A line of `key=value` pairs, as firewalls write them to syslog; read by a short list of keys. */
export const logLine: Format = {
  name: 'logLine',
  matches(body) {
    if (typeof body !== 'string' || !BEGINS.test(body)) return false;
    const pairs = keyValuesOf(body);
    return pairs.size > 2 && KEYS.some((key) => pairs.has(key));
  },
  read(body) {
    const fields = Place.of(Object.fromEntries(keyValuesOf(Place.of(body).text ?? '')));
    const event = new EventBuilder({ source: 'log-line', observedAt: timeOf(fields) });
    readEndpoint(event, { names: fields.at('srcname', 'src_host'), ips: fields.at(...SOURCE_IPS) });
    readEndpoint(event, {
      names: fields.at('dstname', 'dst_host'),
      ips: fields.at(...DESTINATION_IPS),
    });
    event.file({ hashes: DIGESTS.map((key) => fields.at(key)) });
    return event.build();
  },
};
