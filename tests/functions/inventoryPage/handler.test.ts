import { InvocationContext } from '@azure/functions';
import { createInventoryPageHandler } from '../../../functions/inventoryPage/handler';
import { DELIVERY_BUDGET_MS } from '../../../functions/deliveryBudget';
import type { InventoryQueue } from '../../../shared/inventory/InventoryQueue';

const NOW = Date.parse('2026-01-31T02:15:00Z');

/** What the queue was handed; `outcome` is what becomes of it. */
async function deliver(body: unknown, outcome: () => Promise<void> = () => Promise.resolve()) {
  const handed: Parameters<InventoryQueue['handle']>[] = [];
  const handler = createInventoryPageHandler({
    inventory: {
      queue: {
        handle: (...args) => {
          handed.push(args);
          return outcome();
        },
      },
    },
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    config: { queues: { inventory: 'pages' } },
  });
  const context = new InvocationContext({
    triggerMetadata: {
      messageId: 'run:0:3:1',
      deliveryCount: 2,
      sequenceNumber: '17',
      enqueuedTimeUtc: '2026-01-31T02:14:00',
    },
  });
  await handler(body, context);
  return handed;
}

describe('inventoryPage', () => {
  it('hands on the bytes, where they come from, and until when calls may start', async () => {
    const body = Buffer.from('{"seq":3}');

    const [handed] = await deliver(body);

    expect(handed).toEqual([
      body,
      expect.objectContaining({
        ...{ queue: 'pages', messageId: 'run:0:3:1', deliveryCount: 2, sequenceNumber: '17' },
        enqueuedAt: NOW - 60_000,
      }),
      NOW + DELIVERY_BUDGET_MS,
    ]);
  });

  it('fails as the queue does, so that the message is delivered again', async () => {
    const delivering = deliver(Buffer.from('{}'), () => Promise.reject(new Error('no broker')));

    await expect(delivering).rejects.toThrow('no broker');
  });
});
