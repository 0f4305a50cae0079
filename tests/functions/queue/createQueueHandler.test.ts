import { InvocationContext } from '@azure/functions';
import {
  createQueueHandler,
  DELIVERY_BUDGET_MS,
  type HandleDelivery,
} from '../../../functions/queue/createQueueHandler';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { RecordingLogger } from '../../shared/telemetry/RecordingLogger';

const NOW = Date.parse('2026-01-31T02:15:00Z');
const BODY = Buffer.from('{"seq":3}');

/** Delivers a message, for the `deliveryCount`th time, whose handling takes `tookMs` and ends in `outcome`. */
async function deliver(
  outcome: (logger: RecordingLogger) => Promise<void> = () => Promise.resolve(),
  { deliveryCount = 2, tookMs = 0 } = {},
) {
  let now = NOW;
  const pauses: number[] = [];
  const sleep = async (ms: number) => void pauses.push(ms);
  const handed: Parameters<HandleDelivery>[] = [];
  const logger = new RecordingLogger();
  const handler = createQueueHandler(
    'pages',
    (...delivery) => {
      handed.push(delivery);
      now += tookMs;
      return outcome(logger);
    },
    { clock: { now: () => now, sleep }, logger },
  );
  const context = new InvocationContext({
    triggerMetadata: {
      messageId: 'm-1',
      correlationId: 'c-1',
      deliveryCount,
      sequenceNumber: '17',
      enqueuedTimeUtc: '2026-01-31T02:14:00',
    },
  });
  const failure = await Promise.resolve(handler(BODY, context)).then(
    () => null,
    (error: unknown) => error,
  );
  return { handed, failure, pauses, lines: logger.lines };
}

describe('createQueueHandler()', () => {
  it('hands on the bytes, where they come from, and until when calls may start', async () => {
    const { handed, failure, lines } = await deliver();

    expect(handed).toEqual([
      [
        BODY,
        {
          queue: 'pages',
          messageId: 'm-1',
          correlationId: 'c-1',
          deliveryCount: 2,
          sequenceNumber: '17',
          enqueuedAt: NOW - 60_000,
          applicationProperties: {},
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
        level: 'warning',
        event: 'delivery.failed',
        fields: { ...message, queue: 'pages', cause: error.name },
      },
    ]);
  });

  describe('where what a delivery holds can be kept nowhere', () => {
    const refused = new MessageRefusedError('lookups', 'MessagingEntityNotFound');
    const down = new StorageUnavailableError('keep a body', '503');
    const failing = (error: Error) => () => Promise.reject(error);

    it.each([refused, down])('comes back after a pause that grows: %s', async (error) => {
      const pauses: number[] = [];
      for (let deliveryCount = 1; deliveryCount <= 10; deliveryCount++) {
        const delivery = await deliver(failing(error), { deliveryCount });
        expect(delivery.failure).toBe(error);
        pauses.push(...delivery.pauses);
      }

      expect(pauses.slice(0, 6)).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 120_000]);
      expect(pauses.reduce((sum, ms) => sum + ms)).toBeGreaterThan(10 * 60_000);
    });

    it('pauses no longer than four minutes after the start of its delivery', async () => {
      const { pauses } = await deliver(failing(refused), { deliveryCount: 9, tookMs: 180_000 });

      expect(pauses).toEqual([60_000]);
    });

    it('comes back at once for any other failure', async () => {
      const { pauses } = await deliver(failing(new BrokerUnreachableError('lookups', '503')));

      expect(pauses).toEqual([]);
    });
  });
});
