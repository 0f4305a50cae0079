import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceBusClient } from '@azure/service-bus';
import type { Sample } from '../samples/Sample';
import type { QueueCounts } from '../servicebus/queueModel';
import { OutputWatch } from './OutputWatch';
import { SampleLedger, type SampleCounts, type SettledSample } from './SampleLedger';
import type { SampleScreen } from './SampleScreen';

export interface SampleRunOptions {
  readonly client: ServiceBusClient;
  readonly samples: readonly Sample[];
  readonly inputQueue: () => QueueCounts | undefined;
  readonly screen: SampleScreen;
  readonly onError: (error: Error) => void;
}

/** Longer than a minute's quota takes to free up: after so long without anything new, nothing will come. */
const GIVE_UP_AFTER_MS = 180_000;
const POLL_MS = 100;

/** Sends samples, and shows what becomes of them and of every other message. */
export class SampleRun {
  private readonly ledger: SampleLedger;
  private readonly watch: OutputWatch;
  private heardAt = Date.now();

  constructor(private readonly options: SampleRunOptions) {
    const { client, samples, screen, onError } = options;
    const ledger = new SampleLedger(samples);
    this.ledger = ledger;
    this.watch = new OutputWatch(client, {
      onRecord: ({ record }) => {
        if (ledger.has(record.request.messageId)) this.hear(ledger.addRecord(record));
        else screen.addRecord(record);
      },
      onRequest: (request) => {
        this.heardAt = Date.now();
        ledger.addRequest(request);
        screen.addRequest(request, ledger.sampleOf(request.request.messageId));
      },
      onQuarantined: (quarantined) => {
        if (ledger.has(quarantined.source.messageId)) this.hear(ledger.addQuarantined(quarantined));
        else screen.addQuarantined(quarantined);
      },
      onError,
    });
  }

  /** Sends every sample and resolves once all are accounted for, or nothing new has come for 3 minutes. */
  async settle(): Promise<SampleCounts> {
    const { samples, screen, inputQueue } = this.options;
    screen.begin();
    await this.send(samples);
    this.heardAt = Date.now();
    for (;;) {
      await this.watch.look();
      const counts = this.ledger.counts(isEmpty(inputQueue()));
      screen.showProgress(counts);
      const isWhole = counts.lost === 0 && this.ledger.withoutRequest() === 0;
      if (isWhole || Date.now() - this.heardAt > GIVE_UP_AFTER_MS) {
        screen.end();
        return counts;
      }
      await delay(POLL_MS);
    }
  }

  /** Keeps looking. Never resolves. */
  async follow(): Promise<never> {
    for (;;) {
      await this.watch.look();
      await delay(POLL_MS);
    }
  }

  private async send(samples: readonly Sample[]): Promise<void> {
    const sender = this.options.client.createSender('siem-indicators');
    for (const { name, body } of samples) {
      await sender.sendMessages({ messageId: name, body: Buffer.from(body) });
      // Of some messages nothing has to come.
      this.hear(this.ledger.get(name));
    }
    await sender.close();
  }

  private hear(settled: SettledSample | null): void {
    this.heardAt = Date.now();
    if (settled) this.options.screen.addSettled(settled);
  }
}

/** Nothing is left on it, nor on its dead-letter queue. */
export function isEmpty(queue: QueueCounts | undefined): boolean {
  if (!queue) return false;
  const { active, scheduled, locked, deferred, deadLettered } = queue;
  return active + scheduled + locked + deferred + deadLettered === 0;
}
