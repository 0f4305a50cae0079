import { DuplicateHistory } from './DuplicateHistory';
import type { MessageStore } from './MessageStore';
import type { DeadLetterReason, Entry, NewMessage, QueueSettings } from './queueModel';

/** Takes the messages that a queue gives up on. */
export interface DeadLetters<Content> {
  bury(entry: Entry<Content>, reason: DeadLetterReason): void;
}

/** What becomes of the messages of one queue, from acceptance to their end. Instants are Unix ms. */
export class MessageLifecycle<Content> {
  readonly totals = { enqueued: 0, duplicates: 0, completed: 0, expired: 0 };

  private readonly settings: QueueSettings;
  private readonly store: MessageStore<Content>;
  private readonly deadLetters: DeadLetters<Content> | undefined;
  private readonly history: DuplicateHistory | undefined;
  private nextSequenceNumber = 1;

  /** `deadLetters`: `undefined` for a dead-letter queue itself. */
  constructor(
    settings: QueueSettings,
    store: MessageStore<Content>,
    deadLetters: DeadLetters<Content> | undefined,
  ) {
    this.settings = settings;
    this.store = store;
    this.deadLetters = deadLetters;
    if (!deadLetters || settings.duplicateWindowMs === undefined) return;
    this.history = new DuplicateHistory(settings.duplicateWindowMs);
  }

  /** Returns the message's sequence number. A duplicate is dropped, but still uses one up. */
  accept(message: NewMessage<Content>, now: number): number {
    const sequenceNumber = this.nextSequenceNumber++;
    if (this.history?.isDuplicate(message.messageId, now)) {
      this.totals.duplicates += 1;
      return sequenceNumber;
    }
    this.totals.enqueued += 1;
    const timeToLiveMs = Math.min(message.timeToLiveMs, this.settings.defaultTimeToLiveMs);
    const isScheduled = message.scheduledFor !== undefined && message.scheduledFor > now;
    this.store.add({
      sequenceNumber,
      content: message.content,
      state: isScheduled ? 'scheduled' : 'active',
      enqueuedAt: now,
      scheduledFor: isScheduled ? message.scheduledFor : undefined,
      timeToLiveMs,
      expiresAt: now + timeToLiveMs,
      deliveryCount: 0,
      lock: undefined,
      deadLetter: undefined,
      enqueuedSequenceNumber: undefined,
    });
    return sequenceNumber;
  }

  /** Accepts a message that its queue has given up on. */
  acceptDeadLetter(entry: Entry<Content>, deadLetter: DeadLetterReason): void {
    this.store.add({
      ...entry,
      sequenceNumber: this.nextSequenceNumber++,
      enqueuedSequenceNumber: entry.sequenceNumber,
      state: 'active',
      // Dead letters do not expire.
      expiresAt: Infinity,
      deadLetter,
    });
  }

  /** The time has come of a message that is not locked. */
  fallDue(entry: Entry<Content>, now: number): void {
    if (entry.state === 'scheduled') this.activate(entry, now);
    else this.expire(entry);
  }

  /** A delivery is over, and the message is not; `unused` if it does not count as a delivery. */
  giveBack(entry: Entry<Content>, now: number, delivery: 'counted' | 'unused'): void {
    const isCounted = delivery === 'counted' && this.deadLetters !== undefined;
    if (isCounted) entry.deliveryCount += 1;
    if (isCounted && entry.deliveryCount >= this.settings.maxDeliveryCount) {
      this.bury(entry, {
        reason: 'MaxDeliveryCountExceeded',
        description: `Message could not be consumed after ${entry.deliveryCount} delivery attempts.`,
      });
    } else if (entry.expiresAt <= now) {
      this.expire(entry);
    } else {
      this.store.index(entry);
    }
  }

  /** Moves the message to the dead letters; one of those is removed. */
  bury(entry: Entry<Content>, reason: DeadLetterReason): void {
    this.store.remove(entry);
    this.deadLetters?.bury(entry, reason);
  }

  /** The message is done with. */
  consume(entry: Entry<Content>): void {
    this.store.remove(entry);
    this.totals.completed += 1;
  }

  private activate(entry: Entry<Content>, now: number): void {
    this.store.remove(entry);
    this.store.add({
      ...entry,
      sequenceNumber: this.nextSequenceNumber++,
      state: 'active',
      enqueuedAt: now,
      expiresAt: now + entry.timeToLiveMs,
    });
  }

  private expire(entry: Entry<Content>): void {
    this.totals.expired += 1;
    if (!this.settings.deadLetterOnExpiration) {
      this.store.remove(entry);
      return;
    }
    this.bury(entry, {
      reason: 'TTLExpiredException',
      description: 'The message expired and was dead lettered.',
    });
  }
}
