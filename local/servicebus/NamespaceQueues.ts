import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock/Clock';
import { type AmqpFault, entityNotFound } from './amqpErrors';
import type { EncodedMessage } from './EncodedMessage';
import type { QueuePart } from './entityAddress';
import { QueueDispatcher } from './QueueDispatcher';
import { QueueEngine } from './QueueEngine';
import type { QueueCounts, QueueSettings } from './queueModel';

/** A queue as the administration client sees it. */
export interface QueueDescription {
  readonly settings: QueueSettings;
  readonly counts: QueueCounts;
  /** Unix ms. */
  readonly createdAt: number;
}

interface Queue {
  readonly settings: QueueSettings;
  readonly messages: QueueDispatcher;
  readonly deadLetters: QueueDispatcher | undefined;
}

/** The queues of the emulated namespace, each with its dead-letter queue. */
export class NamespaceQueues {
  /** By name in lower case, as addresses are compared. */
  private readonly queues: ReadonlyMap<string, Queue>;
  private readonly clock: Clock;
  private readonly createdAt: number;

  constructor(settings: readonly QueueSettings[], clock: Clock) {
    this.clock = clock;
    this.createdAt = clock.now();
    const deps = { now: () => clock.now(), newLockToken: () => randomUUID() };
    const queues = settings.map((queue): Queue => {
      const engine = new QueueEngine<EncodedMessage>(queue, deps);
      return {
        settings: queue,
        messages: new QueueDispatcher(engine, clock),
        deadLetters: engine.deadLetters && new QueueDispatcher(engine.deadLetters, clock),
      };
    });
    this.queues = new Map(queues.map((queue) => [queue.settings.name.toLowerCase(), queue]));
  }

  find(address: { readonly queue: string; readonly part: QueuePart }): QueueDispatcher | undefined {
    return this.queues.get(address.queue)?.[address.part];
  }

  /** Why an address has no target. */
  notFound(address: string): AmqpFault {
    return entityNotFound(address, randomUUID(), this.clock.now());
  }

  /** In the order of the configuration. */
  describe(): readonly QueueDescription[] {
    return [...this.queues.values()].map(({ settings, messages }) => ({
      settings,
      counts: messages.engine.counts(),
      createdAt: this.createdAt,
    }));
  }

  /** By queue name. */
  counts(): Record<string, QueueCounts> {
    return Object.fromEntries(
      this.describe().map(({ settings, counts }) => [settings.name, counts]),
    );
  }

  close(): void {
    for (const { messages, deadLetters } of this.queues.values()) {
      messages.close();
      deadLetters?.close();
    }
  }
}
