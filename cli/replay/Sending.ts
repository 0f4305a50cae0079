import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { Lookup } from '../../shared/lookups/Lookup';
import type { OutgoingMessage, QueueSender } from '../../shared/messaging/QueueSender';
import { StorageUnavailableError } from '../../shared/storage/StorageUnavailableError';
import type { Choice } from './choose';
import type { EntryBook } from './EntryBook';
import type { Copy, Entry, Shelf } from './Shelf';
import type { Taker } from './Taker';

export interface SendingDeps {
  readonly shelf: Shelf;
  readonly taker: Taker;
  readonly book: EntryBook;
  readonly senderOf: (queue: string) => QueueSender;
  /** The highest generation that the state of its request knows of the lookup; null: none. @throws {StorageUnavailableError} */
  readonly usedGeneration: (lookup: Lookup) => Promise<number | null>;
}

/** Not replayed, and why. */
export interface LeftChoice {
  readonly choice: Choice;
  readonly why: string;
}

interface Prepared {
  readonly choice: Choice;
  readonly copy: Copy;
  /** The entry and the older ones; the newest last. */
  readonly messages: readonly ServiceBusReceivedMessage[];
}

/** Sends copies of what was chosen, removes what they stand for, and sees what comes back. */
export class Sending {
  readonly left: LeftChoice[] = [];
  private readonly sent = new Set<string>();
  private readonly back = new Map<string, Entry>();

  constructor(private readonly deps: SendingDeps) {}

  get sentCount(): number {
    return this.sent.size;
  }

  /** What came back, as it lies there now. */
  get returned(): readonly Entry[] {
    return [...this.back.values()];
  }

  returnedAs(copy: Copy): Entry | null {
    return this.back.get(copy.returnsAs) ?? null;
  }

  /** `at` (Unix ms): when lookups go on. @throws {BrokerUnreachableError | MessageRefusedError | StorageUnavailableError} */
  async send(choices: readonly Choice[], at: number): Promise<readonly Copy[]> {
    const wanted = choices.flatMap(({ entry, older }) => [entry, ...older]);
    const taken = await this.deps.taker.take(wanted.map(({ sequenceNumber }) => sequenceNumber));
    const prepared: Prepared[] = [];
    for (const choice of choices) {
      const next = await this.prepare(choice, taken, at);
      if (typeof next === 'string') this.left.push({ choice, why: next });
      else prepared.push(next);
    }
    const byQueue = new Map<string, OutgoingMessage[]>();
    for (const { copy } of prepared)
      byQueue.set(copy.queue, [...(byQueue.get(copy.queue) ?? []), copy.message]);
    for (const [queue, messages] of byQueue) await this.deps.senderOf(queue).send(messages);
    for (const { copy, messages } of prepared) {
      this.sent.add(copy.returnsAs);
      for (const message of messages) await this.deps.taker.remove(message);
    }
    return prepared.map(({ copy }) => copy);
  }

  /** Looks for copies that have come back. */
  async look(): Promise<void> {
    for (const entry of await this.deps.book.news())
      if (this.sent.has(entry.cameAs)) this.back.set(entry.cameAs, entry);
  }

  /** A copy that was only tried, and is sent once more: it counts no longer. */
  forget({ returnsAs }: Copy): void {
    this.sent.delete(returnsAs);
    this.back.delete(returnsAs);
  }

  private async prepare(
    choice: Choice,
    taken: ReadonlyMap<string, ServiceBusReceivedMessage>,
    at: number,
  ): Promise<Prepared | string> {
    const { entry, older, generation } = choice;
    const message = taken.get(entry.sequenceNumber);
    if (!message) return 'it is no longer there, or another receiver holds it';
    const others = older.flatMap(({ sequenceNumber }) => taken.get(sequenceNumber) ?? []);
    const used = entry.lookup && (await this.deps.usedGeneration(entry.lookup));
    const next = Math.max(generation, used ?? 0) + 1;
    try {
      const copy = await this.deps.shelf.copyOf(message, entry, { generation: next, at });
      return { choice, copy, messages: [...others, message] };
    } catch (error) {
      if (error instanceof StorageUnavailableError || !(error instanceof Error)) throw error;
      return error.message;
    }
  }
}
