import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { Lookup } from '../../shared/lookups/Lookup';
import type { OutgoingMessage } from '../../shared/messaging/QueueSender';

/** A message of a shelf, without its body. */
export interface Entry {
  /** Its place in the queue. */
  readonly sequenceNumber: string;
  /** Its MessageId. */
  readonly id: string;
  /** Since when it lies there (Unix ms). */
  readonly enqueuedAt: number;
  readonly reasonCode: string;
  readonly requestId: string | null;
  readonly lookupId: string | null;
  /** The lookup as it was put aside; null: a message. */
  readonly lookup: Lookup | null;
  /** The number of that lookup's record; of a message 0. */
  readonly generation: number;
  /** What a copy of it is recognised by if that comes back; see {@link Copy.returnsAs}. */
  readonly cameAs: string;
  /** Why it cannot be replayed; null: it can be. */
  readonly stuck: string | null;
}

export interface Copy {
  readonly queue: string;
  readonly message: OutgoingMessage;
  /** `cameAs` of the entry that it would leave if it fails again. */
  readonly returnsAs: string;
}

/** What a copy is made with. Instants are Unix ms. */
export interface CopyOptions {
  /** Higher than any that the lookup has used. */
  readonly generation: number;
  /** When it is tried again; an instant that is past is at once. */
  readonly at: number;
}

/** Where it lies, and what it is called there. */
export const placeOf = ({
  sequenceNumber,
  messageId,
  enqueuedTimeUtc,
}: ServiceBusReceivedMessage) => ({
  sequenceNumber: String(sequenceNumber),
  id: String(messageId ?? ''),
  enqueuedAt: enqueuedTimeUtc?.getTime() ?? 0,
});

/** Messages that nothing consumes but the operator. */
export interface Shelf {
  /** For people. */
  readonly name: string;
  toEntry(message: ServiceBusReceivedMessage): Promise<Entry>;
  /** Of an entry that is not stuck. @throws {StorageUnavailableError} @throws Error its body is gone */
  copyOf(message: ServiceBusReceivedMessage, entry: Entry, options: CopyOptions): Promise<Copy>;
}
