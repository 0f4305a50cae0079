import { BinaryHeap } from './BinaryHeap';
import { type Entry, dueAt, isReady } from './queueModel';

/** Stale heap elements are tolerated up to this many beyond twice the live ones. */
const STALE_SLACK = 64;

/** The messages of one queue, by sequence number, by readiness and by the time they fall due. */
export class MessageStore<Content> {
  // Insertion order is sequence-number order: numbers only grow, and an activated schedule gets a new one.
  private readonly messages = new Map<number, Entry<Content>>();
  // Heap elements may be stale (the message is gone, or due at another time): checked when they come up.
  private readonly ready = new BinaryHeap<Entry<Content>>(
    (a, b) => a.sequenceNumber < b.sequenceNumber,
  );
  private readonly due = new BinaryHeap<{ readonly at: number; readonly entry: Entry<Content> }>(
    (a, b) => a.at < b.at || (a.at === b.at && a.entry.sequenceNumber < b.entry.sequenceNumber),
  );

  private readonly inState = { active: 0, deferred: 0, scheduled: 0 };

  get size(): number {
    return this.messages.size;
  }

  /** How many there are of each state, locked ones included. */
  get states(): Readonly<Record<Entry<Content>['state'], number>> {
    return this.inState;
  }

  /** When `takeDue` next has something to give; may be early, never late. */
  get nextDueAt(): number | undefined {
    return this.due.peek()?.at;
  }

  /** All messages in order of sequence number. */
  values(): IterableIterator<Entry<Content>> {
    return this.messages.values();
  }

  add(entry: Entry<Content>): void {
    this.messages.set(entry.sequenceNumber, entry);
    this.inState[entry.state] += 1;
    this.index(entry);
  }

  remove(entry: Entry<Content>): void {
    if (this.messages.delete(entry.sequenceNumber)) this.inState[entry.state] -= 1;
    const limit = 2 * this.messages.size + STALE_SLACK;
    if (this.ready.size > limit) this.ready.replaceAll([...this.values()].filter(isReady));
    if (this.due.size > limit) {
      this.due.replaceAll([]);
      for (const live of this.values()) this.watch(live);
    }
  }

  /** To be given back next. */
  defer(entry: Entry<Content>): void {
    this.inState[entry.state] -= 1;
    entry.state = 'deferred';
    this.inState[entry.state] += 1;
  }

  /** To be called when a message was given back. */
  index(entry: Entry<Content>): void {
    if (isReady(entry)) this.ready.push(entry);
    this.watch(entry);
  }

  /** To be called when the message's due time changed. */
  watch(entry: Entry<Content>): void {
    const at = dueAt(entry);
    if (at < Infinity) this.due.push({ at, entry });
  }

  /** The first ready message; it must be locked or removed next. */
  takeReady(): Entry<Content> | undefined {
    for (let entry = this.ready.pop(); entry; entry = this.ready.pop()) {
      if (this.holds(entry) && isReady(entry)) return entry;
    }
    return undefined;
  }

  /** The next message that is due by `now`; its state must be changed next. */
  takeDue(now: number): Entry<Content> | undefined {
    for (let next = this.due.peek(); next && next.at <= now; next = this.due.peek()) {
      this.due.pop();
      if (this.holds(next.entry) && dueAt(next.entry) === next.at) return next.entry;
    }
    return undefined;
  }

  /** The unlocked messages of that state under these numbers; `notFound` if one is missing. */
  findAll(
    sequenceNumbers: readonly number[],
    state: Entry<Content>['state'],
  ): Entry<Content>[] | 'notFound' {
    const entries: Entry<Content>[] = [];
    for (const sequenceNumber of new Set(sequenceNumbers)) {
      const entry = this.messages.get(sequenceNumber);
      if (entry?.state !== state || entry.lock) return 'notFound';
      entries.push(entry);
    }
    return entries;
  }

  private holds(entry: Entry<Content>): boolean {
    return this.messages.get(entry.sequenceNumber) === entry;
  }
}
