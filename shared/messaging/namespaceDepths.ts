import type { ServiceBusAdministrationClient } from '@azure/service-bus';
import { z } from 'zod';
import { isoDuration } from '../clock/isoDuration';
import type { QueueProperties } from './QueueProperties';
import { DepthUnreadableError, type QueueDepths } from './QueueDepths';

export type AdministrationClient = Pick<
  ServiceBusAdministrationClient,
  'getQueueRuntimeProperties' | 'getQueue'
>;

const TIMEOUT_MS = 4_000;

/** What the SDK makes of an answer that it cannot use. */
const refusal = z.object({ statusCode: z.number(), code: z.string().optional() });

/** Depths as the namespace reports them to an identity that may manage it (role Azure Service Bus Data Owner). */
export function namespaceDepths(
  connect: () => Pick<AdministrationClient, 'getQueueRuntimeProperties'>,
): QueueDepths {
  let client: Pick<AdministrationClient, 'getQueueRuntimeProperties'> | null = null;
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

/** How queues were made, told to the same identities. Null: of a topic. @throws {DepthUnreadableError} */
export function namespaceProperties(
  connect: () => Pick<ServiceBusAdministrationClient, 'getQueue'>,
): (queue: string) => Promise<QueueProperties | null> {
  let client: Pick<ServiceBusAdministrationClient, 'getQueue'> | null = null;
  return async (queue) => {
    try {
      client ??= connect();
      const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
      const found = made.safeParse(await client.getQueue(queue, { abortSignal })).data;
      if (!found) return null;
      const { requiresDuplicateDetection, duplicateDetectionHistoryTimeWindow: window } = found;
      return {
        duplicateWindowMs: requiresDuplicateDetection ? window : null,
        lockMs: found.lockDuration,
        timeToLiveMs: found.defaultMessageTimeToLive,
        deadLettersOnExpiry: found.deadLetteringOnMessageExpiration,
      };
    } catch (error) {
      throw new DepthUnreadableError(queue, codeOf(error));
    }
  };
}

/** Only a queue has a lock. */
const made = z.object({
  lockDuration: isoDuration,
  requiresDuplicateDetection: z.boolean(),
  duplicateDetectionHistoryTimeWindow: isoDuration,
  defaultMessageTimeToLive: isoDuration,
  deadLetteringOnMessageExpiration: z.boolean(),
});

function codeOf(error: unknown): DepthUnreadableError['code'] {
  const { statusCode = 0, code } = refusal.safeParse(error).data ?? {};
  if (statusCode === 401 || statusCode === 403) return 'broker.depthsDenied';
  // The service answers 200 with an empty list for a missing entity.
  const isMissing = statusCode === 404 || code === 'MessageEntityNotFoundError';
  return isMissing ? 'broker.queueNotFound' : 'broker.depthsUnreadable';
}
