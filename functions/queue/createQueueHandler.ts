import type { ServiceBusQueueHandler } from '@azure/functions';
import type { Clock } from '../../shared/clock/Clock';
import { MINUTE_MS } from '../../shared/clock/durations';
import { MessageRefusedError } from '../../shared/messaging/MessageRefusedError';
import type { QuarantineSource } from '../../shared/messaging/Quarantine';
import { StorageUnavailableError } from '../../shared/storage/StorageUnavailableError';
import { deliveryFailed } from '../../shared/telemetry/events';
import type { Logger } from '../../shared/telemetry/Logger';
import { NO_TELEMETRY, type SpanStart, type Telemetry } from '../../shared/telemetry/Telemetry';
import { readDeliveredMessage, type DeliveredMessage } from './readDeliveredMessage';

/**
 * No Defender call of a delivery starts later than this. With the longest call and the sends after it a handler ends
 * well inside the lock of five minutes and the function's own timeout.
 */
export const DELIVERY_BUDGET_MS = MINUTE_MS;

/** Ten deliveries that cannot store their content last more than ten minutes; the first comes back soon. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 120_000;
/** From the start of a delivery: its pause is over then, well before lock and timeout are. */
const PAUSED_UNTIL_MS = 240_000;

/** Handles one message; `deadlineAt`: no Defender call starts after it (Unix ms). */
export type HandleDelivery = (
  body: Buffer,
  source: QuarantineSource,
  deadlineAt: number,
) => Promise<void>;

export interface QueueHandlerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: nothing is traced. */
  readonly telemetry?: Telemetry;
}

/**
 * Every line of a delivery names its message. Returning completes it; a throw has the broker deliver it again, at once:
 * so while a queue refuses or storage is down the delivery first pauses, longer each time.
 */
export function createQueueHandler(
  queue: string,
  handle: HandleDelivery,
  { clock, logger, telemetry = NO_TELEMETRY }: QueueHandlerDeps,
): ServiceBusQueueHandler {
  return (given, context) => {
    const now = clock.now();
    const { body, ...message } = readDeliveredMessage(given, context, now);
    const { messageId, correlationId, deliveryCount } = message;
    return logger.within({ messageId, correlationId, deliveryCount }, async () => {
      try {
        await telemetry.span(deliveryOf(queue, message), () =>
          handle(body, { queue, ...message }, now + DELIVERY_BUDGET_MS),
        );
      } catch (error) {
        deliveryFailed(logger, { queue, cause: error instanceof Error ? error.name : 'unknown' });
        if (isKeptNowhere(error)) {
          const endsInMs = now + PAUSED_UNTIL_MS - clock.now();
          await clock.sleep(Math.min(pauseMs(deliveryCount), endsInMs));
        }
        throw error;
      }
    });
  };
}

/** It goes on from what sent the message, as that wrote it: under the name of W3C, or the older one of Azure's SDKs. */
function deliveryOf(
  queue: string,
  { applicationProperties, deliveryCount }: Omit<DeliveredMessage, 'body'>,
): SpanStart {
  const sent = applicationProperties['traceparent'] ?? applicationProperties['Diagnostic-Id'];
  return {
    name: `process ${queue}`,
    kind: 'consumer',
    attributes: {
      'messaging.system': 'servicebus',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': queue,
      'messaging.servicebus.message.delivery_count': deliveryCount,
    },
    traceparent: typeof sent === 'string' ? sent : null,
  };
}

/** Where nothing can be kept, the message itself is all there is. */
const isKeptNowhere = (error: unknown): boolean =>
  error instanceof MessageRefusedError || error instanceof StorageUnavailableError;

const pauseMs = (deliveryCount: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** (deliveryCount - 1), LONGEST_PAUSE_MS);
