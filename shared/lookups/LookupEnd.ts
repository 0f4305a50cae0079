import { expiredReasons } from '../calls/stepReasons';
import type { EndpointId } from '../defender/endpointIds';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { LookupHead } from './Lookup';

/** How a delivery left a lookup. */
export type LookupEnd =
  | EndedWithRecord
  | {
      readonly state: 'waiting';
      readonly lookup: LookupHead;
      readonly generation: number;
      readonly endpoint: EndpointId;
      /** Beside its slot. */
      readonly waitsFor: 'slot' | 'right' | 'service';
      /** Unix ms. */
      readonly resumeAt: number;
    };

export interface EndedWithRecord {
  readonly state: 'ended';
  /** Whole. */
  readonly record: EnrichmentRecord;
  /** False: the output queue did not take it; it waits on the work queue, which reports its end. */
  readonly isOut: boolean;
  /** Whether it lies in quarantine too, for replay. */
  readonly isQuarantined: boolean;
}

const QUARANTINED: readonly EnrichmentRecord['outcome'][] = ['denied', 'expired', 'failed'];

/** Whether a record's lookup lies in quarantine too, for replay; one that was cancelled is not wanted. */
export const isForReplay = ({ outcome, reason }: Pick<EnrichmentRecord, 'outcome' | 'reason'>) =>
  QUARANTINED.includes(outcome) && reason?.code !== expiredReasons.cancelled.code;
