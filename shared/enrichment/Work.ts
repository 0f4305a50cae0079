import type { OutgoingMessage } from '../messaging/QueueSender';
import type { Ticket } from '../quota/Quota';
import type { EnrichmentRecord } from './EnrichmentRecord';
import type { Lookup } from './Lookup';
import type { Progress } from './Progress';
import type { StepName } from './steps';

/** A lookup that goes on later: what a message on the work queue says. */
export interface LookupWork {
  readonly type: 'lookup';
  readonly lookup: Lookup;
  /** 0; +1 for a second look; +1 for each replay. */
  readonly generation: number;
  /** Whether this asks again about a fresh indicator that was not seen; such a look is final. */
  readonly secondLook: boolean;
  /** Answers fetched since then are fresh enough, whatever the cache's limits (Unix ms). */
  readonly freshSinceAt: number;
  readonly progress: Progress;
  /** The step that is next. */
  readonly step: StepName;
  /** Sends of this step so far, from 0. */
  readonly hop: number;
  /** Real failures of this step so far; waiting is none. */
  readonly attempt: number;
  /** Whether Defender has refused a token for this step once already. */
  readonly tokenRefreshed: boolean;
  /** Whether another lookup makes the same call, whose answer is awaited. */
  readonly isWaiting: boolean;
  /** The place in the quota calendar; null = take one on waking. */
  readonly ticket: Ticket | null;
}

/** A finished record that the output queue did not take. */
export interface PublishWork {
  readonly type: 'publish';
  readonly record: EnrichmentRecord;
  readonly hop: number;
}

/** What the quarantine queue did not take. */
export interface QuarantineWork {
  readonly type: 'quarantine';
  /** Text, with an id of its own. */
  readonly copy: OutgoingMessage;
  readonly hop: number;
}

export type Work = LookupWork | PublishWork | QuarantineWork;
