import type { Clock } from '../../shared/clock/Clock';
import { HOUR_MS } from '../../shared/clock/durations';
import type { EncodedMessage } from './EncodedMessage';
import type { QueueEngine } from './QueueEngine';
import type { LockedMessage, StoredMessage } from './queueModel';

/** A link on which messages go out to a client. */
export interface Consumer {
  readonly mode: 'peekLock' | 'receiveAndDelete';
  /** How many more messages the link may be given now. */
  capacity(): number;
  deliver(message: StoredMessage<EncodedMessage> | LockedMessage<EncodedMessage>): void;
}

/** Longest timer; well inside what `setTimeout` can hold. */
const MAX_SLEEP_MS = HOUR_MS;

/** Hands a queue's messages to its consumers in turn, and wakes the queue when something falls due. */
export class QueueDispatcher {
  readonly engine: QueueEngine<EncodedMessage>;
  private readonly clock: Clock;
  /** In order of turn: who was served goes to the end. */
  private readonly consumers = new Set<Consumer>();
  private isPumpScheduled = false;
  private wakeAt = Infinity;
  private timer = new AbortController();

  constructor(engine: QueueEngine<EncodedMessage>, clock: Clock) {
    this.engine = engine;
    this.clock = clock;
    engine.onChange = () => {
      this.schedulePump();
    };
  }

  add(consumer: Consumer): void {
    this.consumers.add(consumer);
  }

  remove(consumer: Consumer): void {
    this.consumers.delete(consumer);
  }

  /** Delivers as much as there are messages and credit for. */
  pump(): void {
    for (let served = true; served;) {
      served = false;
      for (const consumer of Array.from(this.consumers)) {
        if (consumer.capacity() > 0) served = this.serve(consumer) || served;
      }
    }
    this.arm();
  }

  close(): void {
    this.engine.onChange = undefined;
    this.consumers.clear();
    this.timer.abort();
  }

  private serve(consumer: Consumer): boolean {
    const message =
      consumer.mode === 'peekLock' ? this.engine.receive() : this.engine.receiveAndDelete();
    if (!message) return false;
    consumer.deliver(message);
    this.consumers.delete(consumer);
    this.consumers.add(consumer);
    return true;
  }

  private schedulePump(): void {
    if (this.isPumpScheduled) return;
    this.isPumpScheduled = true;
    queueMicrotask(() => {
      this.isPumpScheduled = false;
      this.pump();
    });
  }

  private arm(): void {
    const dueAt = this.engine.nextDueAt ?? Infinity;
    if (dueAt >= this.wakeAt) return;
    this.wakeAt = dueAt;
    this.timer.abort();
    this.timer = new AbortController();
    const { signal } = this.timer;
    this.clock.sleep(Math.min(dueAt - this.clock.now(), MAX_SLEEP_MS), signal).then(
      () => {
        if (signal.aborted) return;
        this.wakeAt = Infinity;
        this.engine.advance();
        this.pump();
      },
      () => {
        // Aborted: another timer took over, or the emulator closed.
      },
    );
  }
}
