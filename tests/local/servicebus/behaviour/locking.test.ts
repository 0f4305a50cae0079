import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { openBehaviourNamespace, receiveOne } from './behaviourNamespace';

let namespace: Awaited<ReturnType<typeof openBehaviourNamespace>>;
beforeAll(async () => {
  namespace = await openBehaviourNamespace();
});
afterAll(() => namespace.close());

/** Real time is the subject here: these locks are the broker's, on its own clock. */
async function outlast(lock: Date | undefined) {
  if (!lock) throw new Error('not locked');
  await delay(lock.getTime() - Date.now() + 50);
}

describe('Service Bus locks', () => {
  it('that run out bring the message back; the late complete fails', async () => {
    const { sender, receiver, queueName } = namespace.open('expiry');
    await sender.sendMessages({ body: 'a' });
    const first = await receiveOne(receiver);
    const other = namespace.client.createReceiver(queueName);

    const second = await receiveOne(other);
    await expect(receiver.completeMessage(first)).rejects.toMatchObject({
      code: 'MessageLockLost',
    });
    await expect(receiver.renewMessageLock(first)).rejects.toMatchObject({
      code: 'MessageLockLost',
    });
    await other.completeMessage(second);

    expect(second.enqueuedTimeUtc).toEqual(first.enqueuedTimeUtc);
    expect([first.deliveryCount, second.deliveryCount]).toEqual([0, 1]);
    expect(second.lockToken).not.toBe(first.lockToken);
  });

  it('can be renewed by hand', async () => {
    const { sender, receiver } = namespace.open('renewal');
    await sender.sendMessages({ body: 'a' });
    const message = await receiveOne(receiver);
    const { lockedUntilUtc } = message;
    await delay(1000);

    const renewedUntil = await receiver.renewMessageLock(message);
    await outlast(lockedUntilUtc);
    await receiver.completeMessage(message);

    expect(renewedUntil.getTime()).toBeGreaterThanOrEqual((lockedUntilUtc?.getTime() ?? 0) + 900);
    expect(await receiver.peekMessages(1)).toEqual([]);
  });

  it('are renewed by the SDK while a handler runs', async () => {
    const { sender, queueName } = namespace.open('auto-renewal');
    const receiver = namespace.client.createReceiver(queueName);
    const handled: ServiceBusReceivedMessage[] = [];
    await sender.sendMessages({ body: 'slow' });

    await new Promise<void>((resolve, reject) => {
      receiver.subscribe(
        {
          processMessage: async (message) => {
            handled.push(message);
            const { lockedUntilUtc } = message;
            await outlast(lockedUntilUtc);
            await receiver.completeMessage(message);
            resolve();
          },
          processError: async ({ error }) => {
            reject(error);
          },
        },
        { autoCompleteMessages: false },
      );
    });
    await receiver.close();

    expect(handled).toHaveLength(1);
    expect(await namespace.open('auto-renewal').receiver.peekMessages(1)).toEqual([]);
  });
});
