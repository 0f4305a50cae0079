import { partDefenderIds } from './defenderIds';
import { readEndpoint } from './endpoints';
import type { EventBuilder } from './EventBuilder';
import type { Place } from './Place';

/** https://schema.ocsf.io/objects/observable, `type_id`. */
const HOSTNAME = 1;
const IP = 2;
const HASH = 8;
const ENDPOINT = 20;
const FINGERPRINT = 30;
const DEVICE_UID = 47;
/** Ends of an event that are machines; other host names are domains that something asked for. */
const MACHINE =
  /(?:^|\.)(?:device|src_endpoint|dst_endpoint|endpoint|host)(?:\[\d{1,4}\])?\.(?:host)?name$/;
const CERTIFICATE = /certificate|tls|ja3|ja4/i;

/** The list that repeats the values of an event. It is all that some producers write; else its values are asked for once. */
export function readOcsfObservables(event: EventBuilder, finding: Place): void {
  for (const observable of finding.at('observables').list) {
    const name = observable.at('name').text ?? '';
    const value = observable.at('value');
    switch (Number(observable.at('type_id').text)) {
      case IP:
        event.ip(value);
        break;
      case HASH:
      case FINGERPRINT:
        if (CERTIFICATE.test(name)) event.leaveOut(value, 'entry.policyArtefact');
        else event.file({ hashes: value });
        break;
      case HOSTNAME:
        if (MACHINE.test(name)) event.device({ name: value });
        else event.leaveOut(value, 'entry.notAsked');
        break;
      case ENDPOINT:
        readEndpoint(event, { either: value });
        break;
      case DEVICE_UID:
        event.device({ mdeDeviceId: partDefenderIds(value).defender });
        break;
    }
  }
}
