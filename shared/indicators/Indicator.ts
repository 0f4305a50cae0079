import { AlertId } from './AlertId';
import { FileHash } from './FileHash';
import { HostName } from './HostName';
import { Ip } from './Ip';
import { MachineId } from './MachineId';

const VALUES = { ip: Ip, file: FileHash, alert: AlertId, machine: MachineId, host: HostName };

export type IndicatorKind = keyof typeof VALUES;
export const INDICATOR_KINDS = Object.keys(VALUES) as readonly IndicatorKind[]; // its own keys

/** The value object of a kind. Only its parser makes one, so its value is safe to put into a call. */
export type IndicatorOf<K extends IndicatorKind> = (typeof VALUES)[K]['prototype'];
/** What a lookup asks about. */
export type Indicator = IndicatorOf<IndicatorKind>;

/** What records are about: `unknown` = a value that is recognisably nothing, for which no call is made. */
export type SubjectKind = IndicatorKind | 'unknown';
export const SUBJECT_KINDS: readonly SubjectKind[] = [...INDICATOR_KINDS, 'unknown'];
