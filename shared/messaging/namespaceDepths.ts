import type { ServiceBusAdministrationClient } from '@azure/service-bus';
import { z } from 'zod';
import type { QueueDepth, QueueDepths } from './QueueDepths';

export type AdministrationClient = Pick<
  ServiceBusAdministrationClient,
  'getQueueRuntimeProperties'
>;

const TIMEOUT_MS = 5_000;

/** The status of an answer that the SDK made an error of. */
const answered = z.object({ statusCode: z.number() });

/** Depths as the namespace tells them to an identity that may manage it (role Azure Service Bus Data Owner). */
export function namespaceDepths(connect: () => AdministrationClient): QueueDepths {
  let client: AdministrationClient | null = null;

  async function depthOf(queue: string): Promise<QueueDepth | null> {
    client ??= connect();
    const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const found = await client.getQueueRuntimeProperties(queue, { abortSignal });
      return {
        active: found.activeMessageCount,
        scheduled: found.scheduledMessageCount,
        deadLettered: found.deadLetterMessageCount,
      };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  return {
    read: async (queues) => {
      try {
        const depths = await Promise.all(
          queues.map(async (name) => [name, await depthOf(name)] as const),
        );
        return { ok: true, depths: Object.fromEntries(depths) };
      } catch (error) {
        const isDenied = [401, 403].includes(statusOf(error));
        return { ok: false, code: isDenied ? 'broker.depthsDenied' : 'broker.depthsUnreadable' };
      }
    },
  };
}

/** 0: there was no answer. */
function statusOf(error: unknown): number {
  const parsed = answered.safeParse(error);
  return parsed.success ? parsed.data.statusCode : 0;
}
