import type { Clock } from '../../shared/clock/Clock';
import type { OutgoingMessage, QueueSender } from '../../shared/messaging/QueueSender';

/** A queue inside this process, for one consumer: messages come when they are due, and go when they are handled. */
export class LocalQueue implements QueueSender {
  private readonly waiting: OutgoingMessage[] = [];
  private readonly seen = new Set<string>();

  constructor(private readonly clock: Clock) {}

  /** Drops a message whose id was there before. */
  send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const message of messages) {
      if (this.seen.has(message.messageId)) continue;
      this.seen.add(message.messageId);
      this.waiting.push(message);
    }
    return Promise.resolve();
  }

  /** Hands out every message, one after the other, until none is left. `onWait` gets what waits, and how many ms. */
  async drain(
    handle: (message: OutgoingMessage) => Promise<void>,
    onWait: (message: OutgoingMessage, waitMs: number) => Promise<void>,
  ): Promise<void> {
    for (let next = this.first(); next; next = this.first()) {
      const waitMs = (next.scheduledAt ?? 0) - this.clock.now();
      if (waitMs > 0) {
        await onWait(next, waitMs);
        await this.clock.sleep(waitMs);
      }
      this.waiting.splice(this.waiting.indexOf(next), 1);
      await handle(next);
    }
  }

  private first(): OutgoingMessage | undefined {
    return this.waiting.toSorted((a, b) => (a.scheduledAt ?? 0) - (b.scheduledAt ?? 0))[0];
  }
}
