import type { ServiceBusQueueHandler } from '@azure/functions';
import type { Clock } from '../../shared/clock/Clock';
import type { QuarantineSource } from '../../shared/messaging/Quarantine';
import { deliveryFailed } from '../../shared/telemetry/events';
import type { Logger } from '../../shared/telemetry/Logger';
import { readDeliveredMessage } from './readDeliveredMessage';

/**
 * No Defender call of a delivery starts later than this. With the longest call and the sends after it a handler ends
 * well inside the lock of five minutes and the function's own timeout.
 */
export const DELIVERY_BUDGET_MS = 60_000;

/** Handles one message; `deadlineAt`: no Defender call starts after it (Unix ms). */
export type HandleDelivery = (
  body: Buffer,
  source: QuarantineSource,
  deadlineAt: number,
) => Promise<void>;

export interface QueueHandlerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Every line of a delivery names its message. Returning completes it; a throw has the broker deliver it again. */
export function createQueueHandler(
  queue: string,
  handle: HandleDelivery,
  { clock, logger }: QueueHandlerDeps,
): ServiceBusQueueHandler {
  return (given, context) => {
    const now = clock.now();
    const { body, ...message } = readDeliveredMessage(given, context, now);
    const { messageId, correlationId, deliveryCount } = message;
    return logger.within({ messageId, correlationId, deliveryCount }, async () => {
      try {
        await handle(body, { queue, ...message }, now + DELIVERY_BUDGET_MS);
      } catch (error) {
        deliveryFailed(logger, { queue, cause: error instanceof Error ? error.name : 'unknown' });
        throw error;
      }
    });
  };
}
