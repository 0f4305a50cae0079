/** What a queue is like. All durations may be `Infinity`. */
export interface QueueSettings {
  readonly name: string;
  readonly lockDurationMs: number;
  readonly maxDeliveryCount: number;
  /** Upper bound of every message's own time to live. */
  readonly defaultTimeToLiveMs: number;
  readonly deadLetterOnExpiration: boolean;
  /** `undefined` = no duplicate detection. */
  readonly duplicateWindowMs: number | undefined;
  readonly maxMessageBytes: number;
}

export interface NewMessage<Content> {
  readonly content: Content;
  readonly messageId: string;
  /** `Infinity` = the queue's. Counted from the moment the message becomes active. */
  readonly timeToLiveMs: number;
  /** Becomes active at this instant (Unix ms); past or `undefined` = now. */
  readonly scheduledFor: number | undefined;
}

export interface DeadLetterReason {
  readonly reason: string | undefined;
  readonly description: string | undefined;
}

export interface Lock {
  readonly token: string;
  readonly until: number;
}

/** The engine's own record of a message. */
export interface Entry<Content> {
  sequenceNumber: number;
  content: Content;
  state: 'active' | 'deferred' | 'scheduled';
  enqueuedAt: number;
  /** When a message that was scheduled became or becomes active; `undefined`: it never was scheduled. */
  readonly scheduledFor: number | undefined;
  readonly timeToLiveMs: number;
  expiresAt: number;
  /** Deliveries so far that did not end with the message. Not counted among dead letters. */
  deliveryCount: number;
  lock: Lock | undefined;
  readonly deadLetter: DeadLetterReason | undefined;
  /** Of a dead letter: its number in the queue that gave up on it. */
  readonly enqueuedSequenceNumber: number | undefined;
}

/** A message as the queue shows it; read it at once, the queue keeps changing it. */
export type StoredMessage<Content> = Readonly<Entry<Content>>;
export type LockedMessage<Content> = StoredMessage<Content> & { readonly lock: Lock };

export type EnqueueOutcome =
  | { readonly outcome: 'accepted'; readonly sequenceNumbers: readonly number[] }
  | { readonly outcome: 'tooLarge' };

export type Settlement = 'settled' | 'lockLost' | 'notAllowed';

/** Messages per state; a locked one counts as `locked` only. Totals run since the start. */
export interface QueueCounts {
  readonly active: number;
  readonly scheduled: number;
  readonly locked: number;
  readonly deferred: number;
  readonly deadLettered: number;
  readonly totals: {
    readonly enqueued: number;
    readonly duplicates: number;
    readonly completed: number;
    readonly expired: number;
  };
}

export function isReady(entry: StoredMessage<unknown>): boolean {
  return entry.state === 'active' && !entry.lock;
}

/** When the queue has to act on the message by itself; expiry waits for the end of a lock. */
export function dueAt(entry: StoredMessage<unknown>): number {
  if (entry.lock) return entry.lock.until;
  if (entry.state === 'scheduled') return entry.scheduledFor ?? Infinity;
  return entry.expiresAt;
}
