import { bodies, openBehaviourNamespace, receive, receiveOne } from './behaviourNamespace';

let namespace: Awaited<ReturnType<typeof openBehaviourNamespace>>;
beforeAll(async () => {
  namespace = await openBehaviourNamespace();
});
afterAll(() => namespace.close());

const soon = () => new Date(Date.now() + 700);
const muchLater = () => new Date(Date.now() + 3_600_000);

describe('Service Bus scheduling', () => {
  it.each([
    { way: 'by request', queue: 'schedule' },
    { way: 'by annotation', queue: 'schedule-annotation' },
  ])('$way delivers at the time, not before', async ({ way, queue }) => {
    const { sender, receiver } = namespace.open(queue);
    const scheduledEnqueueTimeUtc = soon();

    if (way === 'by request') await sender.scheduleMessages({ body: 'a' }, scheduledEnqueueTimeUtc);
    else await sender.sendMessages({ body: 'a', scheduledEnqueueTimeUtc });
    const [peeked] = await receiver.peekMessages(1);
    const received = await receiveOne(receiver);
    await receiver.completeMessage(received);

    expect(peeked).toMatchObject({ body: 'a', state: 'scheduled', scheduledEnqueueTimeUtc });
    expect(Date.now()).toBeGreaterThanOrEqual(scheduledEnqueueTimeUtc.getTime());
    // The service goes on calling it scheduled.
    expect(received.state).toBe('scheduled');
    expect(received.sequenceNumber?.toNumber()).toBeGreaterThan(
      peeked?.sequenceNumber?.toNumber() ?? Infinity,
    );
    expect(received.enqueuedTimeUtc?.getTime()).toBeGreaterThanOrEqual(
      scheduledEnqueueTimeUtc.getTime(),
    );
  });

  it('can be cancelled once', async () => {
    const { sender, receiver } = namespace.open('cancel');
    const numbers = await sender.scheduleMessages([{ body: 'a' }, { body: 'b' }], muchLater());

    await sender.cancelScheduledMessages(numbers);

    expect(numbers).toHaveLength(2);
    expect(await receiver.peekMessages(1)).toEqual([]);
    await expect(sender.cancelScheduledMessages(numbers)).rejects.toMatchObject({
      code: 'MessageNotFound',
    });
  });

  it('leaves messages in order for peek, which pages and locks nothing', async () => {
    const { sender, receiver, queueName } = namespace.open('peek');
    const scheduled = await sender.scheduleMessages({ body: 'scheduled' }, muchLater());
    const numbered = [...Array(25).keys()].map((index) => ({ body: `m${index}` }));
    await sender.sendMessages(numbered);
    const peeking = namespace.client.createReceiver(queueName);

    const pages = [await peeking.peekMessages(10), await peeking.peekMessages(100)];
    const received = await receive(receiver, 25);
    await Promise.all(received.map((message) => receiver.completeMessage(message)));
    await sender.cancelScheduledMessages(scheduled);

    const expected = numbered.map(({ body }) => body);
    expect(pages.flatMap(bodies)).toEqual(['scheduled', ...expected]);
    expect(pages[0]).toHaveLength(10);
    expect(bodies(received)).toEqual(expected);
  });

  it('lets a message whose time to live ends become a dead letter', async () => {
    const { sender, deadLetters } = namespace.open('time-to-live');
    await sender.sendMessages({ body: 'short', timeToLive: 500 });

    const dead = await receiveOne(deadLetters);
    await deadLetters.completeMessage(dead);

    expect(dead).toMatchObject({ body: 'short', deadLetterReason: 'TTLExpiredException' });
  });
});
