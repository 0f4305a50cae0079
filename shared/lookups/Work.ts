import type { OutgoingMessage } from '../messaging/QueueSender';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { RequestRecord } from '../requestRecords/RequestRecord';
import type { Lookup } from './Lookup';
import type { Progress } from '../calls/Progress';
import type { TrialState } from '../calls/StepAttempt';
import type { StepName } from '../calls/steps';

/** A lookup that continues later: the content of a message on the work queue. */
export interface LookupWork extends TrialState {
  readonly type: 'lookup';
  readonly lookup: Lookup;
  /** 0; +1 for a recheck; +1 for each replay. */
  readonly generation: number;
  /** Whether this asks again about a fresh indicator that was not seen; such a look is final. */
  readonly isRecheck: boolean;
  /** Answers fetched since then are fresh enough, whatever the cache's limits (Unix ms). */
  readonly freshSinceAt: number;
  readonly progress: Progress;
  /** The step that is next. */
  readonly step: StepName;
  /** Sends of this step so far, from 0. */
  readonly hop: number;
}

/** A finished record, of a lookup or of a whole request, that its output queue did not take. */
export interface PublishWork {
  readonly type: 'publish';
  readonly record: EnrichmentRecord | RequestRecord;
  readonly hop: number;
}

/** A published record that the state of its request could not take. */
export interface NoteWork {
  readonly type: 'note';
  readonly record: EnrichmentRecord;
  readonly hop: number;
}

/** A look at a request that was not finished at the end of its intake. */
export interface PartialWork {
  readonly type: 'partial';
  readonly requestId: string;
  /** Unix ms. */
  readonly receivedAt: number;
  readonly correlationId: string | null;
  readonly hop: number;
}

/** What the quarantine queue did not take. */
export interface QuarantineWork {
  readonly type: 'quarantine';
  /** Text, with its own id. */
  readonly copy: OutgoingMessage;
  readonly hop: number;
}

export type Work = LookupWork | PublishWork | NoteWork | PartialWork | QuarantineWork;
