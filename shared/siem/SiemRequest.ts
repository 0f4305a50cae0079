import type { Context, Ignored, Priority } from '../lookups/Lookup';
import type { IndicatorKind, SubjectKind } from '../indicators/Indicator';
import type { LeftOut } from '../records/requestFields';
import type { WrittenTime } from './readTime';

/** One indicator as a message names it, not yet checked. */
export interface SiemIndicator {
  /** `unknown`: an entry that is recognisably nothing. */
  readonly kind: SubjectKind;
  readonly text: string;
  /** The message's name for a hash (`SHA256AC`); null if it gives none. */
  readonly hashAlgorithm: string | null;
  /** The sender's own mark on the entry. */
  readonly ref: string | null;
  /** Where it stood, as in `indicators[0].ip`. */
  readonly path: string;
  /** When it was seen; null = the message gave no time. */
  readonly time: GivenTime | null;
  /** Other values of the same machine or file, in the order in which to try them. */
  readonly alternatives: readonly SiemAlternative[];
}

/** A value that can be asked for. */
export interface SiemAlternative {
  readonly kind: IndicatorKind;
  /** Canonical. */
  readonly value: string;
  readonly path: string;
  readonly time: GivenTime | null;
}

export interface GivenTime extends WrittenTime {
  readonly from: 'indicator' | 'event';
  /** Where the time stood. */
  readonly path: string;
}

/** What one event of a SIEM message asks for, whatever its shape was. */
export interface SiemEvent {
  readonly source: string | null;
  /** The sender's own id of the event. */
  readonly eventId: string | null;
  /** The tenants that the message names, as written. */
  readonly tenantIds: readonly string[];
  readonly context: Context;
  readonly contextCut: boolean;
  readonly indicators: readonly SiemIndicator[];
  /** Fields that could not be used, besides times. */
  readonly ignored: readonly Ignored[];
  /** The first 50. */
  readonly leftOut: readonly LeftOut[];
  readonly leftOutCount: number;
}

/** An event with what only the plain form can add. Instants are Unix ms. */
export interface SiemRequest extends SiemEvent {
  /** Name of the shape it was read as: `plain`, `bare`, `generic`, or that of a format. */
  readonly format: string;
  readonly revision: string | null;
  readonly priority: Priority;
  readonly notAfter: number | null;
  readonly maxAgeMs: number | null;
  /** Place of this event among several of a message; '' = it is alone, or has its own id. */
  readonly entryPath: string;
}
