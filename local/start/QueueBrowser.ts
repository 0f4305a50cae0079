import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';

/** Of one look. */
const MAX_MESSAGES = 64;

/** Looks at each message of a queue once, in their order, and leaves it there for its consumer. */
export class QueueBrowser {
  private from: ServiceBusReceivedMessage['sequenceNumber'] | undefined;

  constructor(private readonly receiver: Pick<ServiceBusReceiver, 'peekMessages'>) {}

  /** What has come since the last look; several looks may be needed. @throws {ServiceBusError} */
  async next(): Promise<readonly ServiceBusReceivedMessage[]> {
    const found = await this.peek(this.from, MAX_MESSAGES);
    const last = found.at(-1)?.sequenceNumber;
    if (last) this.from = last.add(1);
    return found;
  }

  /**
   * Passes over what is there now, except for the last `keep` numbers. A long queue is not read through: numbers
   * only grow, so its end is found by halving. @throws {ServiceBusError}
   */
  async skipToEnd(keep: number): Promise<void> {
    const [first] = await this.peek(undefined, 1);
    if (!first?.sequenceNumber) return;
    let last = first.sequenceNumber;
    const isAt = async (number: typeof last) => (await this.peek(number, 1)).length > 0;
    let step = last.sub(last).add(1); // one, in the SDK's type of numbers
    while (await isAt(last.add(step))) {
      last = last.add(step);
      step = step.shiftLeft(1);
    }
    for (; step.gt(0); step = step.shiftRight(1)) {
      if (await isAt(last.add(step))) last = last.add(step);
    }
    const start = last.add(1).sub(keep);
    this.from = start.gt(first.sequenceNumber) ? start : first.sequenceNumber;
  }

  private peek(from: typeof this.from, count: number): Promise<ServiceBusReceivedMessage[]> {
    return this.receiver.peekMessages(count, from ? { fromSequenceNumber: from } : {});
  }
}
