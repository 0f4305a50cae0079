import { AlertId } from './AlertId';
import { FileHash } from './FileHash';
import { HostName } from './HostName';
import type { Indicator, IndicatorKind } from './Indicator';
import type { ParsedIndicator } from './IndicatorProblem';
import { Ip } from './Ip';
import { MachineId } from './MachineId';

/** Reads a value whose kind is known. A canonical value parses to itself. */
export function parseIndicator(kind: IndicatorKind, text: string): ParsedIndicator<Indicator> {
  switch (kind) {
    case 'ip':
      return Ip.parse(text);
    case 'file':
      return FileHash.parse(text);
    case 'alert':
      return AlertId.parse(text);
    case 'machine':
      return MachineId.parse(text);
    case 'host':
      return HostName.parse(text);
  }
}
