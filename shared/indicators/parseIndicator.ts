import { AlertId } from './AlertId';
import { FileHash } from './FileHash';
import { HostName } from './HostName';
import type { Indicator, IndicatorKind } from './Indicator';
import type { ParsedIndicator } from './IndicatorProblem';
import { Ip } from './Ip';
import { MachineId } from './MachineId';
import { undecorateHash, undecorateHost, undecorateIp, unwrap } from './undecorate';

/**
 * Reads a value whose kind is known, whatever is usually written around it. A canonical value parses to itself.
 * `hashAlgorithm`: what the message calls a digest.
 */
export function parseIndicator(
  kind: IndicatorKind,
  text: string,
  hashAlgorithm = '',
): ParsedIndicator<Indicator> {
  switch (kind) {
    case 'ip':
      return Ip.parse(undecorateIp(text));
    case 'file': {
      const { digest, algorithm } = undecorateHash(text);
      return FileHash.parse(digest, hashAlgorithm, algorithm);
    }
    case 'alert':
      return AlertId.parse(unwrap(text));
    case 'machine':
      return MachineId.parse(unwrap(text));
    case 'host':
      return HostName.parse(undecorateHost(text));
  }
}
