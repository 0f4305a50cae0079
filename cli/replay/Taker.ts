import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';

/** What is taken, and settled afterwards. */
export type TakingReceiver = Pick<
  ServiceBusReceiver,
  'receiveMessages' | 'completeMessage' | 'abandonMessage' | 'close'
>;

const BATCH = 100;
const WAIT_MS = 2_000;
/** After so many empty receives in a row, the message is gone or locked by another receiver. */
const EMPTY_BATCHES = 2;

/**
 * Takes messages by their place in the queue. The broker hands them out in its own order: what comes and is not wanted
 * yet is held, so that it is delivered once in the whole run, and put back at the end.
 */
export class Taker {
  private readonly held = new Map<string, ServiceBusReceivedMessage>();

  /** The receiver has to renew its locks for as long as the run takes. */
  constructor(private readonly receiver: TakingReceiver) {}

  /** Those of the messages that are still there, by sequence number, locked. @throws {ServiceBusError} */
  async take(
    sequenceNumbers: readonly string[],
  ): Promise<ReadonlyMap<string, ServiceBusReceivedMessage>> {
    const isMissing = (): boolean => sequenceNumbers.some((number) => !this.held.has(number));
    for (let empty = 0; empty < EMPTY_BATCHES && isMissing();) {
      const batch = await this.receiver.receiveMessages(BATCH, { maxWaitTimeInMs: WAIT_MS });
      empty = batch.length === 0 ? empty + 1 : 0;
      for (const message of batch) this.held.set(String(message.sequenceNumber), message);
    }
    return new Map(
      sequenceNumbers.flatMap((number) => {
        const message = this.held.get(number);
        return message ? [[number, message] as const] : [];
      }),
    );
  }

  /** Removes a message that was taken. @throws {ServiceBusError} it stays */
  async remove(message: ServiceBusReceivedMessage): Promise<void> {
    await this.receiver.completeMessage(message);
    this.held.delete(String(message.sequenceNumber));
  }

  /** Gives back what is left. Never fails: a lock that is not given back ends by itself. */
  async close(): Promise<void> {
    const back = [...this.held.values()].map((message) => this.receiver.abandonMessage(message));
    await Promise.allSettled(back);
    this.held.clear();
    await this.receiver.close().catch(() => undefined);
  }
}
