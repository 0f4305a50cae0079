import { InvocationContext } from '@azure/functions';
import {
  createQueueHandler,
  DELIVERY_BUDGET_MS,
  type HandleDelivery,
} from '../../../functions/queue/createQueueHandler';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { RecordingLogger } from '../../shared/telemetry/RecordingLogger';

const NOW = Date.parse('2026-01-31T02:15:00Z');
const BODY = Buffer.from('{"seq":3}');

/** Delivers a message whose handling ends in `outcome`. */
async function deliver(
  outcome: (logger: RecordingLogger) => Promise<void> = () => Promise.resolve(),
) {
  const handed: Parameters<HandleDelivery>[] = [];
  const logger = new RecordingLogger();
  const handler = createQueueHandler(
    'pages',
    (...delivery) => {
      handed.push(delivery);
      return outcome(logger);
    },
    { clock: { now: () => NOW, sleep: () => Promise.resolve() }, logger },
  );
  const context = new InvocationContext({
    triggerMetadata: {
      ...{ messageId: 'm-1', correlationId: 'c-1', deliveryCount: 2, sequenceNumber: '17' },
      enqueuedTimeUtc: '2026-01-31T02:14:00',
    },
  });
  const failure = await Promise.resolve(handler(BODY, context)).then(
    () => null,
    (error: unknown) => error,
  );
  return { handed, failure, lines: logger.lines };
}

describe('createQueueHandler()', () => {
  it('hands on the bytes, where they come from, and until when calls may start', async () => {
    const { handed, failure, lines } = await deliver();

    expect(handed).toEqual([
      [
        BODY,
        {
          ...{ queue: 'pages', messageId: 'm-1', correlationId: 'c-1', deliveryCount: 2 },
          ...{ sequenceNumber: '17', enqueuedAt: NOW - 60_000, applicationProperties: {} },
        },
        NOW + DELIVERY_BUDGET_MS,
      ],
    ]);
    expect([failure, lines]).toEqual([null, []]);
  });

  it('names the message in every line of its delivery', async () => {
    const { lines } = await deliver(async (logger) => {
      await Promise.resolve();
      logger.info('lookup.ended', { outcome: 'found' });
    });

    const fields = { messageId: 'm-1', correlationId: 'c-1', deliveryCount: 2, outcome: 'found' };
    expect(lines).toEqual([{ level: 'info', event: 'lookup.ended', fields }]);
  });

  it.each([
    new BrokerUnreachableError('lookups', 'ServiceTimeout'),
    new TypeError('secret at /home/app'),
  ])('logs by name what a delivery failed for, and has it repeated: %s', async (error) => {
    const { failure, lines } = await deliver(() => Promise.reject(error));

    expect(failure).toBe(error);
    const message = { messageId: 'm-1', correlationId: 'c-1', deliveryCount: 2 };
    expect(lines).toEqual([
      {
        ...{ level: 'warning', event: 'delivery.failed' },
        fields: { ...message, queue: 'pages', cause: error.name },
      },
    ]);
  });
});
