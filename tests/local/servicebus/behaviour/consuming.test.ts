import type {
  ProcessErrorArgs,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from '@azure/service-bus';
import { eventually } from '../eventually';
import { openBehaviourNamespace, receiveOne } from './behaviourNamespace';

let namespace: Awaited<ReturnType<typeof openBehaviourNamespace>>;
beforeAll(async () => {
  namespace = await openBehaviourNamespace();
});
afterAll(() => namespace.close());

function consume(
  receiver: ServiceBusReceiver,
  maxConcurrentCalls: number,
  handle: (message: ServiceBusReceivedMessage) => Promise<void>,
) {
  const errors: ProcessErrorArgs[] = [];
  receiver.subscribe(
    {
      processMessage: handle,
      processError: async (args) => {
        errors.push(args);
      },
    },
    { maxConcurrentCalls },
  );
  return errors;
}

const numbered = (count: number) => [...Array(count).keys()].map((body) => ({ body }));

describe('Service Bus consuming', () => {
  it('subscribe keeps to its concurrency and completes what was handled', async () => {
    const { sender, receiver } = namespace.open('subscribe');
    const handled = new Set<unknown>();
    let running = 0;
    let highest = 0;
    await sender.sendMessages(numbered(40));

    const errors = consume(receiver, 4, async ({ body }) => {
      highest = Math.max(highest, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      handled.add(body);
    });
    await eventually(() => handled.size === 40);
    await receiver.close();
    const left = await namespace.open('subscribe').receiver.peekMessages(1);

    expect(left).toEqual([]);
    expect(highest).toBe(4);
    expect(errors).toEqual([]);
  });

  it('a handler that throws abandons the message', async () => {
    const { sender, receiver } = namespace.open('throwing');
    const counts: (number | undefined)[] = [];
    await sender.sendMessages({ body: 'a' });

    const errors = consume(receiver, 1, async ({ deliveryCount }) => {
      counts.push(deliveryCount);
      if (counts.length === 1) throw new Error('first time');
    });
    await eventually(() => counts.length === 2);

    expect(counts).toEqual([0, 1]);
    expect(errors).toMatchObject([{ errorSource: 'processMessageCallback' }]);
  });

  it('moves 5,000 messages over one link, each once', async () => {
    const { sender, receiver } = namespace.open('volume');
    const seen: unknown[] = [];
    consume(receiver, 50, async ({ body }) => {
      seen.push(body);
    });

    for (let start = 0; start < 5000; start += 500) {
      await sender.sendMessages(numbered(500).map(({ body }) => ({ body: start + body })));
    }
    await eventually(() => seen.length >= 5000);

    expect(seen).toHaveLength(5000);
    expect(new Set(seen).size).toBe(5000);
  });

  it('survives drains that leave credit over, again and again', async () => {
    const { sender, receiver } = namespace.open('drain');
    const received: unknown[] = [];

    for (let round = 0; round < 4; round += 1) {
      await sender.sendMessages({ body: round });
      // Asks for more than there is; the rest of the credit is drained.
      const messages = await receiver.receiveMessages(5, { maxWaitTimeInMs: 5000 });
      for (const message of messages) await receiver.completeMessage(message);
      received.push(...messages.map(({ body }): unknown => body));
    }

    expect(received).toEqual([0, 1, 2, 3]);
  });

  it('shares a queue among consumers: none twice, all served', async () => {
    const { sender, queueName } = namespace.open('competition');
    const shares: [unknown[], unknown[]] = [[], []];
    for (const share of shares) {
      consume(namespace.client.createReceiver(queueName), 5, async ({ body }) => {
        share.push(body);
        await new Promise((resolve) => setImmediate(resolve));
      });
    }

    await Promise.all(numbered(400).map((message) => sender.sendMessages(message)));
    await eventually(() => shares.flat().length >= 400);

    expect(new Set(shares.flat()).size).toBe(400);
    expect(shares.flat()).toHaveLength(400);
    expect(Math.min(shares[0].length, shares[1].length)).toBeGreaterThan(100);
  });

  it('refuses what does not exist, by name, and stays usable', async () => {
    const { sender, receiver } = namespace.open('refused');
    const nowhere = 'behaviour-does-not-exist';

    const refusals = [
      namespace.client.createReceiver(nowhere).receiveMessages(1, { maxWaitTimeInMs: 1000 }),
      namespace.client.createSender(nowhere).sendMessages({ body: 'a' }),
      namespace.client.createReceiver(nowhere).peekMessages(1),
    ];
    for (const refusal of refusals) {
      await expect(refusal).rejects.toMatchObject({
        code: 'MessagingEntityNotFound',
        // In the service's words.
        message: expect.stringMatching(
          /The messaging entity 'sb:.*does-not-exist.*' could not be found\. To know more visit https:\/\/aka\.ms\/sbResourceMgrExceptions\. +TrackingId:\S+, SystemTracker:\S+, Timestamp:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/,
        ) as unknown,
      });
    }
    await sender.sendMessages({ body: 'fine' });
    await receiver.completeMessage(await receiveOne(receiver));
  });
});
