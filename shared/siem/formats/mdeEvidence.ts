import { accusedFirst, isAccused } from './accused';
import type { EventBuilder } from './EventBuilder';
import type { Place } from './Place';

/** What the APIs of Defender for Endpoint and Defender XDR list with an alert: files, processes and addresses in one form. */
export function addMdeEvidence(
  event: EventBuilder,
  evidence: readonly Place[],
  seenAt: Place,
): void {
  for (const each of accusedFirst(evidence, verdictsOf)) {
    event.file({
      hashes: [each.at('sha1'), each.at('sha256'), each.at('md5')],
      name: each.at('fileName'),
      path: each.at('filePath'),
      isSuspicious: isAccused(verdictsOf(each)),
      seenAt,
    });
  }
  event.ip(
    evidence.map((each) => each.at('ipAddress')),
    seenAt,
  );
}

const verdictsOf = (evidence: Place): readonly Place[] => [evidence.at('verdict')];
