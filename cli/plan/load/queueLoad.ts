import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { QueueBrowser } from '../../../local/start/QueueBrowser';
import { MalformedWorkError } from '../../../shared/lookups/MalformedWorkError';
import type { WorkCodec } from '../../../shared/lookups/WorkCodec';
import { asDelivered } from '../../../shared/messaging/asDelivered';
import { arrivalOf } from '../../../shared/siem/arrivalOf';
import { toLoad, type Load, type LoadMessage, type LoadSettings } from './Load';
import type { WaitingLookup } from './PlannedLookup';

export interface QueueLoadDeps {
  readonly queues: { readonly siem: string; readonly lookup: string };
  /** A look at a queue from its start. */
  readonly browse: (queue: string) => Pick<QueueBrowser, 'next'>;
  readonly codec: Pick<WorkCodec, 'decode'>;
  readonly settings: LoadSettings;
  /** Unix ms. */
  readonly now: number;
}

/** What waits in both queues, which are only looked at. @throws {ServiceBusError} @throws {StorageUnavailableError} */
export async function queueLoad(deps: QueueLoadDeps): Promise<Load> {
  const { queues, settings, now } = deps;
  const messages: LoadMessage[] = [];
  for await (const message of eachOf(deps.browse(queues.siem))) {
    const { body, source } = asDelivered(message, queues.siem, now);
    const { sequenceNumber, applicationProperties: properties } = source;
    const place = `${queues.siem}, message ${sequenceNumber}`;
    messages.push({ body, place, arrival: arrivalOf(source), properties });
  }
  const fresh = toLoad(messages, settings, now);
  const begun = await workIn(deps);
  return {
    ...fresh,
    waiting: [...begun.waiting, ...fresh.waiting],
    unreadable: [...begun.unreadable, ...fresh.unreadable],
  };
}

async function workIn({
  browse,
  queues,
  codec,
  now,
}: QueueLoadDeps): Promise<Pick<Load, 'waiting' | 'unreadable'>> {
  const waiting: WaitingLookup[] = [];
  const unreadable: Load['unreadable'][number][] = [];
  for await (const message of eachOf(browse(queues.lookup))) {
    const { body, source } = asDelivered(message, queues.lookup, now);
    const asksAt = message.scheduledEnqueueTimeUtc?.getTime() ?? now;
    try {
      const work = await codec.decode(body);
      if (work.type !== 'lookup') continue;
      const { lookup, progress, ticket, batch } = work;
      waiting.push({ lookup, progress, isNew: false, asksAt, ticket, batch });
    } catch (error) {
      if (!(error instanceof MalformedWorkError)) throw error;
      const { code, message: text } = error;
      const place = `${queues.lookup}, message ${source.sequenceNumber}`;
      unreadable.push({ place, reason: { code, message: text } });
    }
  }
  return { waiting, unreadable };
}

async function* eachOf(
  browser: Pick<QueueBrowser, 'next'>,
): AsyncGenerator<ServiceBusReceivedMessage> {
  for (let found = await browser.next(); found.length > 0; found = await browser.next())
    yield* found;
}
