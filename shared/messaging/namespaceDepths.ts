import type { ServiceBusAdministrationClient } from '@azure/service-bus';
import { z } from 'zod';
import { DepthUnreadableError, type QueueDepths } from './QueueDepths';

export type AdministrationClient = Pick<
  ServiceBusAdministrationClient,
  'getQueueRuntimeProperties'
>;

const TIMEOUT_MS = 4_000;

/** What the SDK makes of an answer that it cannot use. */
const refusal = z.object({ statusCode: z.number(), code: z.string().optional() });

/** Depths as the namespace reports them to an identity that may manage it (role Azure Service Bus Data Owner). */
export function namespaceDepths(connect: () => AdministrationClient): QueueDepths {
  let client: AdministrationClient | null = null;
  return {
    read: async (queue) => {
      try {
        client ??= connect();
        const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
        const found = await client.getQueueRuntimeProperties(queue, { abortSignal });
        // Of a topic the SDK makes a queue in which nothing waits; only a queue has a count of all its messages.
        if (found.totalMessageCount === undefined) return null;
        return {
          active: found.activeMessageCount,
          scheduled: found.scheduledMessageCount,
          deadLettered: found.deadLetterMessageCount,
        };
      } catch (error) {
        throw new DepthUnreadableError(queue, codeOf(error));
      }
    },
  };
}

function codeOf(error: unknown): DepthUnreadableError['code'] {
  const { statusCode = 0, code } = refusal.safeParse(error).data ?? {};
  if (statusCode === 401 || statusCode === 403) return 'broker.depthsDenied';
  // The service answers 200 with an empty list for a missing entity.
  const isMissing = statusCode === 404 || code === 'MessageEntityNotFoundError';
  return isMissing ? 'broker.queueNotFound' : 'broker.depthsUnreadable';
}
