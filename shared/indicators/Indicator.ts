import type { AlertId } from './AlertId';
import type { FileHash } from './FileHash';
import type { HostName } from './HostName';
import type { Ip } from './Ip';
import type { MachineId } from './MachineId';

/** What a lookup asks about. Only its parser makes one, so its value is safe to put into a call. */
export type Indicator = Ip | FileHash | AlertId | MachineId | HostName;
export type IndicatorKind = Indicator['kind'];

export const INDICATOR_KINDS = [
  'ip',
  'file',
  'alert',
  'machine',
  'host',
] as const satisfies readonly IndicatorKind[];

/** What records are about: `unknown` = a value that is recognisably nothing, for which no call is made. */
export type SubjectKind = IndicatorKind | 'unknown';
export const SUBJECT_KINDS = [...INDICATOR_KINDS, 'unknown'] as const;
