import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock/Clock';
import type { EncodedMessage } from './EncodedMessage';
import type { QueuePart } from './entityAddress';
import { QueueDispatcher } from './QueueDispatcher';
import { QueueEngine } from './QueueEngine';
import type { QueueCounts, QueueSettings } from './queueModel';

interface Queue {
  readonly name: string;
  readonly messages: QueueDispatcher;
  readonly deadLetters: QueueDispatcher | undefined;
}

/** The queues of the emulated namespace, each with its dead-letter queue. */
export class NamespaceQueues {
  /** By name in lower case, as addresses are compared. */
  readonly #queues: ReadonlyMap<string, Queue>;

  constructor(settings: readonly QueueSettings[], clock: Clock) {
    const deps = { now: () => clock.now(), newLockToken: () => randomUUID() };
    const queues = settings.map((queue): Queue => {
      const engine = new QueueEngine<EncodedMessage>(queue, deps);
      return {
        name: queue.name,
        messages: new QueueDispatcher(engine, clock),
        deadLetters: engine.deadLetters && new QueueDispatcher(engine.deadLetters, clock),
      };
    });
    this.#queues = new Map(queues.map((queue) => [queue.name.toLowerCase(), queue]));
  }

  find(address: { readonly queue: string; readonly part: QueuePart }): QueueDispatcher | undefined {
    return this.#queues.get(address.queue)?.[address.part];
  }

  counts(): Record<string, QueueCounts> {
    const queues = [...this.#queues.values()];
    return Object.fromEntries(queues.map(({ name, messages }) => [name, messages.engine.counts()]));
  }

  close(): void {
    for (const { messages, deadLetters } of this.#queues.values()) {
      messages.close();
      deadLetters?.close();
    }
  }
}
