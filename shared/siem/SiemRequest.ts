import type { Context, Priority } from '../enrichment/Lookup';
import type { IndicatorKind } from '../indicators/Indicator';

/** One indicator as a message names it, not yet checked. */
export interface SiemIndicator {
  readonly kind: IndicatorKind;
  readonly text: string;
  /** What the message calls a hash (`SHA256AC`); null if it does not say. */
  readonly hashAlgorithm: string | null;
  /** The sender's own mark on the entry. */
  readonly ref: string | null;
  /** Where it stood, as in `indicators[0].ip`. */
  readonly path: string;
  /** Unix ms; null = the message gave no time. */
  readonly observedAt: number | null;
  readonly observedAtFrom: 'indicator' | 'event' | null;
}

/** A value that was passed over, and why. */
export interface LeftOut {
  readonly value: string;
  readonly path: string;
  readonly reason: string;
}

/** What a SIEM message asks for, whatever its shape was. Instants are Unix ms. */
export interface SiemRequest {
  /** Name of the shape it was read as. */
  readonly format: 'plain' | 'bare';
  readonly source: string | null;
  readonly eventId: string | null;
  readonly revision: string | null;
  readonly priority: Priority;
  readonly notAfter: number | null;
  readonly maxAgeMs: number | null;
  readonly tenantId: string | null;
  readonly context: Context;
  readonly contextCut: boolean;
  readonly indicators: readonly SiemIndicator[];
  readonly leftOut: readonly LeftOut[];
}
