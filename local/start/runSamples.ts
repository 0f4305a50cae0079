import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceBusClient } from '@azure/service-bus';
import type { Sample } from '../samples/Sample';
import type { QueueCounts } from '../servicebus/queueModel';
import { readOutput } from './readOutput';
import { SampleLedger, type SampleCounts, type SettledSample } from './SampleLedger';

export interface RunSamplesOptions {
  readonly client: ServiceBusClient;
  readonly samples: readonly Sample[];
  readonly inputQueue: () => QueueCounts | undefined;
  /** Told of each message as it settles, and again when a recheck changes its answer. */
  readonly onSettled: (settled: SettledSample) => void;
  readonly onProgress: (counts: SampleCounts) => void;
  readonly onError: (error: Error) => void;
}

/** Longer than a minute's quota takes to free up: after so long without anything new, nothing will come. */
const GIVE_UP_AFTER_MS = 180_000;
const POLL_MS = 100;

/** Sends every sample and resolves once all are accounted for, or nothing new has come for 3 minutes. */
export async function runSamples({
  client,
  samples,
  inputQueue,
  onSettled,
  onProgress,
  onError,
}: RunSamplesOptions): Promise<SampleCounts> {
  const ledger = new SampleLedger(samples);
  let heardAt = Date.now();
  const hear = (settled: SettledSample | null) => {
    heardAt = Date.now();
    if (settled) onSettled(settled);
  };
  readOutput(client, {
    onRecord: ({ record }) => {
      hear(ledger.addRecord(record));
    },
    onQuarantined: (quarantined) => {
      hear(ledger.addQuarantined(quarantined));
    },
    onError,
  });

  const sender = client.createSender('siem-indicators');
  for (const { name, body } of samples) {
    await sender.sendMessages({ messageId: name, body: Buffer.from(body) });
  }
  await sender.close();

  for (;;) {
    const counts = ledger.counts(isEmpty(inputQueue()));
    onProgress(counts);
    if (counts.lost === 0 || Date.now() - heardAt > GIVE_UP_AFTER_MS) return counts;
    await delay(POLL_MS);
  }
}

/** Nothing is left on it, nor on its dead-letter queue. */
export function isEmpty(queue: QueueCounts | undefined): boolean {
  if (!queue) return false;
  const { active, scheduled, locked, deferred, deadLettered } = queue;
  return active + scheduled + locked + deferred + deadLettered === 0;
}
