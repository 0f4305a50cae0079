import type { OutgoingMessage, QueueSender } from './QueueSender';

interface Waiting {
  readonly messages: readonly OutgoingMessage[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends in one go what others bring while a send is under way: under load few sends carry many messages, without load
 * nothing waits. Each caller learns what became of its own messages.
 */
export class GatheringSender implements QueueSender {
  private waiting: Waiting[] = [];
  private isSending = false;

  constructor(private readonly sender: QueueSender) {}

  send(messages: readonly OutgoingMessage[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ messages, resolve, reject });
      if (!this.isSending) void this.sendWaiting();
    });
  }

  private async sendWaiting(): Promise<void> {
    this.isSending = true;
    while (this.waiting.length > 0) {
      const gathered = this.waiting;
      this.waiting = [];
      await this.sendTogether(gathered);
    }
    this.isSending = false;
  }

  private async sendTogether(gathered: readonly Waiting[]): Promise<void> {
    try {
      await this.sender.send(gathered.flatMap(({ messages }) => messages));
      for (const { resolve } of gathered) resolve();
    } catch (error) {
      const [first, ...others] = gathered;
      if (others.length === 0) first?.reject(error);
      // One of them may be at fault, or that they are together: partitioned queues refuse a batch of several sessions.
      else await Promise.all(gathered.map((each) => this.sendAlone(each)));
    }
  }

  private sendAlone({ messages, resolve, reject }: Waiting): Promise<void> {
    return this.sender.send(messages).then(resolve, reject);
  }
}
