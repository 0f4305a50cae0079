import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import { QueueBrowser } from './QueueBrowser';
import { publishedIn, quarantinedIn, requestIn, type OutputListeners } from './readOutput';

/** Looks at what the app publishes, and leaves it on its queues for the consumers under test. */
export class OutputWatch {
  private readonly queues: readonly {
    readonly browser: QueueBrowser;
    readonly take: (message: ServiceBusReceivedMessage) => void;
  }[];

  constructor(
    client: Pick<ServiceBusClient, 'createReceiver'>,
    private readonly listeners: OutputListeners,
  ) {
    const { onRecord, onRequest, onQuarantined } = listeners;
    const browse = (queue: string) => new QueueBrowser(client.createReceiver(queue));
    this.queues = [
      {
        // Before the records, which they come after: then they are known as a rule when the last of those is seen.
        browser: browse('enriched-requests'),
        take: (message) => {
          onRequest(requestIn(message));
        },
      },
      {
        browser: browse('enriched-machines'),
        take: (message) => {
          onRecord(publishedIn(message));
        },
      },
      {
        browser: browse('quarantine'),
        take: (message) => {
          onQuarantined(quarantinedIn(message));
        },
      },
    ];
  }

  /** Hands over what has come since the last look. Never rejects. */
  async look(): Promise<void> {
    for (const { browser, take } of this.queues) {
      try {
        for (let found = await browser.next(); found.length > 0; found = await browser.next()) {
          for (const message of found) this.handOver(message, take);
        }
      } catch (error) {
        this.report(error);
      }
    }
  }

  /** An unreadable one does not hide those after it. */
  private handOver(
    message: ServiceBusReceivedMessage,
    take: (message: ServiceBusReceivedMessage) => void,
  ): void {
    try {
      take(message);
    } catch (error) {
      this.report(error);
    }
  }

  private report(error: unknown): void {
    this.listeners.onError(error instanceof Error ? error : new Error(String(error)));
  }
}
