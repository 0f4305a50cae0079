import type { Ignored } from '../lookups/Lookup';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { LeftOut } from '../records/requestFields';

/** Several lookups, as far as they are; positions count from 1. */
export interface RequestView {
  readonly requestId: string;
  readonly total: number;
  /** In the order of the input. */
  readonly results: readonly EnrichmentRecord[];
  readonly pending: readonly {
    readonly position: number;
    readonly indicator: EnrichmentRecord['indicator'];
    /** No answer before this (Unix ms). */
    readonly notBefore: number;
  }[];
  /** Fields that could not be used. */
  readonly ignored: readonly Ignored[];
  /** Entries and fields that name nothing to look up. */
  readonly leftOut: readonly LeftOut[];
  /** Whether it can be polled. */
  readonly isStored: boolean;
  /** Set: what is pending was not taken in, for want of room; worth another try then (Unix ms). */
  readonly askAgainAt?: number;
}
