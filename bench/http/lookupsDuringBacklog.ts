import { randomUUID } from 'node:crypto';
import { ServiceBusClient } from '@azure/service-bus';
import { MINUTE_MS } from '../../shared/clock/durations';
import { percentile } from '../../local/simulation/WorldReport';
import { pause } from '../CachedTraffic';
import type { ProgressBar } from '../progressBar';
import { startApp } from '../startApp';

const MESSAGES = 10_000;
const BATCH = 500;
/** Lookups that wait for a slot, before the first one over HTTP. */
const PLANNED = 200;
/** One lookup in each, at any moment of it. */
const WINDOW_MS = 30_000;
const IN_TIME_MS = 10_000;

export interface BacklogResult {
  readonly samples: number;
  /** Queue messages still waiting after the last lookup. */
  readonly waiting: number;
  /** Answered with a record within 10 s, of 1. */
  readonly inTime: number;
  /** Of all lookups, however they ended, in ms. */
  readonly p50: number;
  readonly slowest: number;
}

/** Two lookups a minute while the queue waits for the same endpoint's quota, at the published limits. */
export async function lookupsDuringBacklog(
  minutes: number,
  bar: ProgressBar,
): Promise<BacklogResult> {
  const { emulators, url, close } = await startApp({ settings: { HTTP_AUTH: 'none' } });
  const queue = (name: string) => emulators.serviceBus.counts()[name];
  await send(emulators.serviceBus.connectionString);
  for (let planned = 0; planned < PLANNED; planned = queue('lookups')?.scheduled ?? 0) {
    bar.show(planned / PLANNED, `backlog: ${planned} lookups wait for their slot`);
    await pause(500);
  }

  const samples = Math.round((minutes * MINUTE_MS) / WINDOW_MS);
  const times: number[] = [];
  let inTime = 0;
  for (let index = 0; index < samples; index += 1) {
    const window = pause(WINDOW_MS);
    await pause(Math.random() * (WINDOW_MS - IN_TIME_MS));
    const startedAt = performance.now();
    const response = await fetch(`${url}/ips/198.51.${index >> 8}.${index & 255}/alerts`);
    await response.text();
    const tookMs = performance.now() - startedAt;
    times.push(tookMs);
    if (response.status === 200 && tookMs <= IN_TIME_MS) inTime += 1;
    bar.show(times.length / samples, `backlog: ${response.status} after ${tookMs.toFixed()} ms`);
    await window;
  }
  const waiting = ['siem-indicators', 'lookups'].map((name) => {
    const { active = 0, scheduled = 0, locked = 0 } = queue(name) ?? {};
    return active + scheduled + locked;
  });
  await close();
  return {
    samples,
    waiting: waiting.reduce((sum, each) => sum + each),
    inTime: inTime / samples,
    p50: percentile(times, 0.5),
    slowest: Math.max(...times),
  };
}

/** External addresses: one call each, to the endpoint that the lookups need. */
async function send(connectionString: string): Promise<void> {
  const client = new ServiceBusClient(connectionString);
  const sender = client.createSender('siem-indicators');
  for (let from = 0; from < MESSAGES; from += BATCH) {
    await sender.sendMessages(
      Array.from({ length: BATCH }, (_, index) => ({
        messageId: randomUUID(),
        body: Buffer.from(
          JSON.stringify({ ip: `20.0.${(from + index) >> 8}.${(from + index) & 255}` }),
        ),
      })),
    );
  }
  await client.close();
}
