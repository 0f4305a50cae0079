import { MessageLifecycle, type DeadLetters } from './MessageLifecycle';
import { MessageStore } from './MessageStore';
import type {
  DeadLetterReason,
  EnqueueOutcome,
  Entry,
  LockedMessage,
  NewMessage,
  QueueCounts,
  QueueSettings,
  Settlement,
  StoredMessage,
} from './queueModel';

export interface QueueEngineDeps {
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** A new UUID for every delivery. */
  readonly newLockToken: () => string;
}

type Change<Content> = ((content: Content) => Content) | undefined;

/**
 * One queue with its dead-letter queue: Service Bus semantics without AMQP. Synchronous; time only moves through `now`,
 * and every call first settles what has fallen due (locks, schedules, times to live).
 */
export class QueueEngine<Content> implements DeadLetters<Content> {
  /** `undefined` for a dead-letter queue itself. */
  readonly deadLetters: QueueEngine<Content> | undefined;
  /** Called when messages may have become available, or `nextDueAt` earlier. Not called by `receive`. */
  onChange: (() => void) | undefined;

  private readonly settings: QueueSettings;
  private readonly deps: QueueEngineDeps;
  private readonly store = new MessageStore<Content>();
  private readonly lifecycle: MessageLifecycle<Content>;
  private readonly locks = new Map<string, Entry<Content>>();

  constructor(
    settings: QueueSettings,
    deps: QueueEngineDeps,
    role: 'queue' | 'deadLetters' = 'queue',
  ) {
    this.settings = settings;
    this.deps = deps;
    if (role === 'queue') this.deadLetters = new QueueEngine(settings, deps, 'deadLetters');
    this.lifecycle = new MessageLifecycle(settings, this.store, this.deadLetters);
  }

  /** When `advance` next has something to do (Unix ms); may be early, never late. */
  get nextDueAt(): number | undefined {
    return this.store.nextDueAt;
  }

  /**
   * Takes all messages or none. Duplicates are accepted and dropped, but still use up a sequence number.
   * @param sizeBytes what came over the wire, envelope of a batch included
   */
  enqueue(messages: readonly NewMessage<Content>[], sizeBytes: number): EnqueueOutcome {
    if (sizeBytes > this.settings.maxMessageBytes) return { outcome: 'tooLarge' };
    const now = this.advance();
    const sequenceNumbers = messages.map((message) => this.lifecycle.accept(message, now));
    this.onChange?.();
    return { outcome: 'accepted', sequenceNumbers };
  }

  /** Locks the first available message. */
  receive(): LockedMessage<Content> | undefined {
    const now = this.advance();
    const entry = this.store.takeReady();
    return entry && this.lock(entry, now);
  }

  /** Takes the first available message for good. */
  receiveAndDelete(): StoredMessage<Content> | undefined {
    this.advance();
    const entry = this.store.takeReady();
    if (entry) this.lifecycle.consume(entry);
    return entry;
  }

  /** Locks deferred messages by sequence number: all or, if one is not there to be locked, none. */
  receiveDeferred(
    sequenceNumbers: readonly number[],
  ): readonly LockedMessage<Content>[] | 'notFound' {
    const now = this.advance();
    const entries = this.store.findAll(sequenceNumbers, 'deferred');
    if (entries === 'notFound') return entries;
    const locked = entries.map((entry) => this.lock(entry, now));
    this.onChange?.();
    return locked;
  }

  /** As `receiveDeferred`, but takes them for good. */
  receiveAndDeleteDeferred(
    sequenceNumbers: readonly number[],
  ): readonly StoredMessage<Content>[] | 'notFound' {
    this.advance();
    const entries = this.store.findAll(sequenceNumbers, 'deferred');
    if (entries === 'notFound') return entries;
    for (const entry of entries) this.lifecycle.consume(entry);
    return entries;
  }

  complete(token: string): Settlement {
    return this.settle(token, undefined, (entry) => {
      this.lifecycle.consume(entry);
    });
  }

  /** A failed delivery: back to its place in the queue, or to the dead letters after the last allowed one. */
  abandon(token: string, change?: Change<Content>): Settlement {
    return this.settle(token, change, (entry, now) => {
      this.lifecycle.giveBack(entry, now, 'counted');
    });
  }

  /** Gives the message back as if it had not been delivered. */
  release(token: string): Settlement {
    return this.settle(token, undefined, (entry, now) => {
      this.lifecycle.giveBack(entry, now, 'unused');
    });
  }

  /** Sets the message aside; from now on only `receiveDeferred` finds it. Counts as a delivery, also as the last one. */
  defer(token: string, change?: Change<Content>): Settlement {
    return this.settle(token, change, (entry, now) => {
      this.store.defer(entry);
      this.lifecycle.giveBack(entry, now, 'counted');
    });
  }

  /** Moves the message to the dead letters. `notAllowed` if it is one already. */
  deadLetter(token: string, reason: DeadLetterReason, change?: Change<Content>): Settlement {
    if (!this.deadLetters) return 'notAllowed';
    return this.settle(token, change, (entry) => {
      this.lifecycle.bury(entry, reason);
    });
  }

  /** Takes a message that the queue of these dead letters has given up on. */
  bury(entry: Entry<Content>, reason: DeadLetterReason): void {
    this.lifecycle.acceptDeadLetter(entry, reason);
    this.onChange?.();
  }

  /** Locks the message for another lock duration. @returns until when (Unix ms); `undefined`: the lock is lost. */
  renewLock(token: string): number | undefined {
    const now = this.advance();
    const entry = this.locks.get(token);
    if (!entry) return undefined;
    const until = now + this.settings.lockDurationMs;
    entry.lock = { token, until };
    this.store.watch(entry);
    return until;
  }

  /** Removes scheduled messages: all or, if one is not scheduled any more, none. */
  cancelScheduled(sequenceNumbers: readonly number[]): 'cancelled' | 'notFound' {
    this.advance();
    const entries = this.store.findAll(sequenceNumbers, 'scheduled');
    if (entries === 'notFound') return entries;
    for (const entry of entries) this.store.remove(entry);
    return 'cancelled';
  }

  /** Looks at messages of any state in order of sequence number, without locking. */
  peek(fromSequenceNumber: number, maxCount: number): readonly StoredMessage<Content>[] {
    this.advance();
    const found: StoredMessage<Content>[] = [];
    for (const entry of this.store.values()) {
      if (found.length === maxCount) break;
      if (entry.sequenceNumber >= fromSequenceNumber) found.push(entry);
    }
    return found;
  }

  counts(): QueueCounts {
    this.advance();
    const counts = { ...this.store.states, locked: this.locks.size };
    for (const { state } of this.locks.values()) counts[state] -= 1;
    const deadLettered = this.deadLetters ? this.deadLetters.store.size : 0;
    return { ...counts, deadLettered, totals: { ...this.lifecycle.totals } };
  }

  /** Settles what has fallen due by now. @returns now */
  advance(): number {
    const now = this.deps.now();
    let changed = false;
    for (let entry = this.store.takeDue(now); entry; entry = this.store.takeDue(now)) {
      this.fallDue(entry, now);
      changed = true;
    }
    if (changed) this.onChange?.();
    return now;
  }

  private lock(entry: Entry<Content>, now: number): LockedMessage<Content> {
    const lock = {
      token: this.deps.newLockToken(),
      until: now + this.settings.lockDurationMs,
    };
    const locked = Object.assign(entry, { lock });
    this.locks.set(lock.token, entry);
    this.store.watch(entry);
    return locked;
  }

  private settle(
    token: string,
    change: Change<Content>,
    action: (entry: Entry<Content>, now: number) => void,
  ): Settlement {
    const now = this.advance();
    const entry = this.locks.get(token);
    if (!entry) return 'lockLost';
    this.locks.delete(token);
    entry.lock = undefined;
    if (change) entry.content = change(entry.content);
    action(entry, now);
    this.onChange?.();
    return 'settled';
  }

  private fallDue(entry: Entry<Content>, now: number): void {
    if (!entry.lock) {
      this.lifecycle.fallDue(entry, now);
      return;
    }
    this.locks.delete(entry.lock.token);
    entry.lock = undefined;
    this.lifecycle.giveBack(entry, now, 'counted');
  }
}
