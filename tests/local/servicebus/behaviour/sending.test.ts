import { randomUUID } from 'node:crypto';
import { bodies, openBehaviourNamespace, receive, receiveOne } from './behaviourNamespace';

let namespace: Awaited<ReturnType<typeof openBehaviourNamespace>>;
beforeAll(async () => {
  namespace = await openBehaviourNamespace();
});
afterAll(() => namespace.close());

describe('Service Bus sending', () => {
  it('carries all properties of a message', async () => {
    const { sender, receiver } = namespace.open('properties');
    const message = {
      body: { text: 'grün', list: [1, 2, 3] },
      messageId: randomUUID(),
      correlationId: 'correlation',
      contentType: 'application/json',
      subject: 'enrichment.found',
      to: 'someone',
      replyTo: 'back',
      replyToSessionId: 'reply-session',
      sessionId: 'session',
      timeToLive: 3_600_000,
      partitionKey: 'session',
      applicationProperties: {
        text: 'value',
        int: -5,
        big: 2 ** 40,
        float: 1.5,
        yes: true,
        nothing: null,
      },
    };
    const before = Date.now() - 60_000;

    await sender.sendMessages(message);
    const received = await receiveOne(receiver);
    await receiver.completeMessage(received);

    expect(received).toMatchObject({ ...message, deliveryCount: 0, state: 'active' });
    expect(received.sequenceNumber?.toNumber()).toBeGreaterThan(0);
    expect(received.enqueuedTimeUtc?.getTime()).toBeGreaterThan(before);
    expect(received.lockedUntilUtc?.getTime()).toBeGreaterThan(before + 60_000);
    expect(received.expiresAtUtc?.getTime()).toBe(
      (received.enqueuedTimeUtc?.getTime() ?? 0) + message.timeToLive,
    );
  });

  it.each([
    { kind: 'string', body: 'hello' },
    { kind: 'object', body: { a: { b: [null, true, 1.5] } } },
    { kind: 'array', body: [1, 'two'] },
    { kind: 'number', body: 42 },
    { kind: 'boolean', body: false },
    { kind: 'null', body: null },
    { kind: 'bytes', body: Buffer.from([0, 1, 2, 255]) },
    { kind: 'empty string', body: '' },
    { kind: 'AMQP value', body: 'as value', bodyType: 'value' as const },
    { kind: 'AMQP sequence', body: [1, 2, 3], bodyType: 'sequence' as const },
  ])('carries a body of kind $kind', async ({ body, bodyType }) => {
    const { sender, receiver } = namespace.open('bodies');
    const messageId = randomUUID();
    const plain = { body, messageId };

    await sender.sendMessages(bodyType ? { body, bodyType, properties: { messageId } } : plain);
    const received = await receiveOne(receiver);
    await receiver.completeMessage(received);

    expect(received.messageId).toBe(messageId);
    expect(received.body).toEqual(body);
    expect(received._rawAmqpMessage.bodyType).toBe(bodyType ?? 'data');
  });

  it('keeps the header that the sender set', async () => {
    const { sender, receiver } = namespace.open('properties');
    const header = { durable: false, firstAcquirer: true, priority: 20, timeToLive: 100_000 };

    await sender.sendMessages({ body: 'a', bodyType: 'data', header });
    const received = await receiveOne(receiver);
    await receiver.completeMessage(received);

    expect(received._rawAmqpMessage.header).toEqual({ ...header, deliveryCount: 0 });
  });

  it('takes a batch up to the size limit, in order', async () => {
    const { sender, receiver } = namespace.open('batches');
    const batch = await sender.createMessageBatch();
    while (batch.tryAddMessage({ body: { index: batch.count, filling: 'x'.repeat(20_000) } }));

    await sender.sendMessages(batch);
    const received = await receive(receiver, batch.count);
    await Promise.all(received.map((message) => receiver.completeMessage(message)));

    expect(batch.sizeInBytes).toBeGreaterThan(batch.maxSizeInBytes - 21_000);
    expect(received.map(({ body }) => (body as { index: number }).index)).toEqual([
      ...received.keys(),
    ]);
  });

  it('takes an array of one as it takes a message', async () => {
    const { sender, receiver } = namespace.open('batches');

    await sender.sendMessages([{ body: 'single', applicationProperties: { kept: 'yes' } }]);
    const received = await receiveOne(receiver);
    await receiver.completeMessage(received);

    expect(received).toMatchObject({ body: 'single', applicationProperties: { kept: 'yes' } });
  });

  it('refuses an oversized message and leaves the link usable', async () => {
    const { sender, receiver } = namespace.open('oversize');

    await expect(sender.sendMessages({ body: 'x'.repeat(1_100_000) })).rejects.toMatchObject({
      code: 'MessageSizeExceeded',
    });
    await sender.sendMessages({ body: 'small' });
    const received = await receiveOne(receiver);
    await receiver.completeMessage(received);

    expect(received.body).toBe('small');
  });

  it('gives a message without id one, so that it can be settled', async () => {
    const { sender, receiver } = namespace.open('ids');
    await sender.sendMessages([{ body: 'a' }, { body: 'b' }]);

    const received = await receive(receiver, 2);
    await Promise.all(received.map((message) => receiver.completeMessage(message)));

    const ids = received.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(2);
    expect(ids).toEqual([expect.any(String), expect.any(String)]);
  });

  it('drops duplicates, inside a batch and after completion', async () => {
    const { sender, receiver } = namespace.open('duplicates');
    const messageId = randomUUID();
    await sender.sendMessages({ body: 'first', messageId });
    await receiver.completeMessage(await receiveOne(receiver));

    await sender.sendMessages([
      { body: 'second', messageId },
      { body: 'other', messageId: randomUUID() },
    ]);
    const received = await receiveOne(receiver);
    await receiver.completeMessage(received);

    expect(received.body).toBe('other');
    expect(await receiver.peekMessages(10)).toEqual([]);
  });

  it('drops a duplicate of a scheduled message', async () => {
    const { sender, receiver } = namespace.open('duplicates-scheduled');
    const messageId = randomUUID();
    const [sequenceNumber] = await sender.scheduleMessages(
      { body: 'scheduled', messageId },
      new Date(Date.now() + 3_600_000),
    );
    await sender.sendMessages({ body: 'sent', messageId });

    expect(bodies(await receiver.peekMessages(10))).toEqual(['scheduled']);
    if (sequenceNumber) await sender.cancelScheduledMessages(sequenceNumber);
  });
});
