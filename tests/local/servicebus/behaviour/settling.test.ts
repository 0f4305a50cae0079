import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { bodies, openBehaviourNamespace, receive, receiveOne } from './behaviourNamespace';

let namespace: Awaited<ReturnType<typeof openBehaviourNamespace>>;
beforeAll(async () => {
  namespace = await openBehaviourNamespace();
});
afterAll(() => namespace.close());

/** Sends one message, defers it and gives it back locked. */
async function receiveDeferred(name: string) {
  const { sender, receiver, ...rest } = namespace.open(name);
  await sender.sendMessages({ body: 'deferred' });
  const first = await receiveOne(receiver);
  await receiver.deferMessage(first);
  const again = () => deferredAt(receiver, first);
  return { sender, receiver, ...rest, again, deferred: await again() };
}

async function deferredAt(
  receiver: ServiceBusReceiver,
  { sequenceNumber }: ServiceBusReceivedMessage,
) {
  if (!sequenceNumber) throw new Error('no sequence number');
  const [message] = await receiver.receiveDeferredMessages(sequenceNumber);
  if (!message) throw new Error('no deferred message');
  return message;
}

describe('Service Bus settling', () => {
  it('abandon brings the message back, counted and with the properties to modify', async () => {
    const { sender, receiver } = namespace.open('abandon');
    await sender.sendMessages({ body: 'a', applicationProperties: { kept: 'yes', n: 1 } });

    await receiver.abandonMessage(await receiveOne(receiver), { n: 2, added: true });
    const received = await receiveOne(receiver);
    await receiver.completeMessage(received);

    expect(received.deliveryCount).toBe(1);
    expect(received.applicationProperties).toEqual({ kept: 'yes', n: 2, added: true });
  });

  it('abandon brings the message back before later ones', async () => {
    const { sender, receiver } = namespace.open('abandon');
    await sender.sendMessages([{ body: 'a' }, { body: 'b' }]);

    await receiver.abandonMessage(await receiveOne(receiver));
    const received = await receive(receiver, 2);
    await Promise.all(received.map((message) => receiver.completeMessage(message)));

    expect(bodies(received)).toEqual(['a', 'b']);
  });

  it('the last allowed abandon makes the message a dead letter', async () => {
    const { sender, receiver, deadLetters } = namespace.open('max-delivery');
    await sender.sendMessages({ body: 'poison' });

    await receiver.abandonMessage(await receiveOne(receiver));
    await receiver.abandonMessage(await receiveOne(receiver));
    const dead = await receiveOne(deadLetters);
    await deadLetters.completeMessage(dead);

    expect(dead).toMatchObject({
      body: 'poison',
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deliveryCount: 2,
    });
    expect(await receiver.peekMessages(1)).toEqual([]);
  });

  it('a dead letter names the sequence number of its original and keeps its enqueued time', async () => {
    const { sender, receiver, deadLetters } = namespace.open('dead-letter');
    await sender.sendMessages({ body: 'a' });
    const original = await receiveOne(receiver);

    await receiver.deadLetterMessage(original);
    const dead = await receiveOne(deadLetters);
    await deadLetters.completeMessage(dead);

    const named = [dead.sequenceNumber, dead.enqueuedSequenceNumber].map(String);
    expect(named).toContain(String(original.sequenceNumber));
    expect(dead.enqueuedTimeUtc).toEqual(original.enqueuedTimeUtc);
  });

  it('dead-letter keeps reason, description and properties; the message can be sent again', async () => {
    const { sender, receiver, deadLetters } = namespace.open('dead-letter');
    await sender.sendMessages({ body: { n: 1 }, applicationProperties: { kept: 'yes' } });

    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'no-schema',
      deadLetterErrorDescription: 'field x is missing',
      extra: 7,
    });
    const dead = await receiveOne(deadLetters);
    await sender.sendMessages({ body: dead.body as unknown });
    await deadLetters.completeMessage(dead);
    const resubmitted = await receiveOne(receiver);
    await receiver.completeMessage(resubmitted);

    expect(dead).toMatchObject({
      deadLetterReason: 'no-schema',
      deadLetterErrorDescription: 'field x is missing',
      applicationProperties: { kept: 'yes', extra: 7 },
    });
    expect(resubmitted.body).toEqual({ n: 1 });
    expect(await deadLetters.peekMessages(1)).toEqual([]);
  });

  it('deliveries from the dead-letter queue are not counted, and it names no source', async () => {
    const { sender, receiver, deadLetters } = namespace.open('dead-letter');
    await sender.sendMessages({ body: 'a' });
    await receiver.abandonMessage(await receiveOne(receiver));
    await receiver.deadLetterMessage(await receiveOne(receiver));

    const first = await receiveOne(deadLetters);
    await deadLetters.abandonMessage(first);
    const second = await receiveOne(deadLetters);
    await deadLetters.completeMessage(second);

    expect([first.deliveryCount, second.deliveryCount]).toEqual([1, 1]);
    // Only a message that was forwarded on its way has one.
    expect(first.deadLetterSource).toBeUndefined();
  });

  it('dead letters are received, peeked and completed under the path of their queue too', async () => {
    const { sender, receiver, queueName } = namespace.open('dead-letter');
    await sender.sendMessages([{ body: 'a' }, { body: 'b' }]);
    for (const message of await receive(receiver, 2)) await receiver.deadLetterMessage(message);
    const deadLetters = namespace.client.createReceiver(`${queueName}/$DeadLetterQueue`);

    const peeked = await deadLetters.peekMessages(10);
    const received = await receive(deadLetters, 2);
    for (const message of received) await deadLetters.completeMessage(message);

    expect([bodies(peeked), bodies(received)]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(await deadLetters.peekMessages(1)).toEqual([]);
  });

  it('dead-letter needs no reason', async () => {
    const { sender, receiver, deadLetters } = namespace.open('dead-letter');
    await sender.sendMessages({ body: 'a' });

    await receiver.deadLetterMessage(await receiveOne(receiver));
    const dead = await receiveOne(deadLetters);
    await deadLetters.completeMessage(dead);

    expect(dead.deadLetterReason).toBeUndefined();
  });

  it('defer hides the message and counts; it is received by number and completed', async () => {
    const { receiver, deferred, sender } = await receiveDeferred('defer');
    await sender.sendMessages({ body: 'next' });
    const next = await receiveOne(receiver);
    await receiver.completeMessage(next);
    await receiver.completeMessage(deferred);

    expect(next.body).toBe('next');
    expect(deferred).toMatchObject({ body: 'deferred', state: 'deferred', deliveryCount: 1 });
    expect(await receiver.peekMessages(1)).toEqual([]);
  });

  it('a deferred message can be renewed, abandoned, deferred again and dead-lettered', async () => {
    const { receiver, deadLetters, deferred, again } = await receiveDeferred('deferred-settling');
    const renewedUntil = await receiver.renewMessageLock(deferred);
    await receiver.abandonMessage(deferred, { round: 1 });
    const second = await again();
    await receiver.deferMessage(second, { round: 2 });
    const third = await again();
    await receiver.deadLetterMessage(third, {
      deadLetterReason: 'enough',
      deadLetterErrorDescription: 'three rounds',
      round: 3,
    });
    const dead = await receiveOne(deadLetters);
    await deadLetters.completeMessage(dead);

    expect(renewedUntil.getTime()).toBeGreaterThan(Date.now());
    expect(second).toMatchObject({ deliveryCount: 2, applicationProperties: { round: 1 } });
    expect(third.applicationProperties).toEqual({ round: 2 });
    expect(dead).toMatchObject({ deadLetterReason: 'enough', applicationProperties: { round: 3 } });
  });

  it('receiveAndDelete takes messages for good, deferred ones too', async () => {
    const { sender, receiver, queueName } = namespace.open('delete');
    const deleting = namespace.client.createReceiver(queueName, {
      receiveMode: 'receiveAndDelete',
    });
    await sender.sendMessages([{ body: 'a' }, { body: 'b' }, { body: 'c' }]);
    const first = await receiveOne(receiver);
    await receiver.deferMessage(first);

    const taken = await receive(deleting, 2);
    const deferred = await deferredAt(deleting, first);

    expect(bodies([deferred, ...taken])).toEqual(['a', 'b', 'c']);
    expect(await receiver.peekMessages(1)).toEqual([]);
  });

  it('works over another link when the receiving one is gone', async () => {
    const { sender, receiver, queueName } = namespace.open('link-loss');
    await sender.sendMessages([{ body: 'a' }, { body: 'b' }]);
    const short = namespace.client.createReceiver(queueName);
    const [first, second] = await receive(short, 2);
    if (!first || !second) throw new Error('two messages were received');

    // The SDK settles over $management once its link is gone.
    await short.close();
    const other = namespace.client.createReceiver(queueName);
    await other.completeMessage(first);
    await other.abandonMessage(second, { returned: true });
    const received = await receiveOne(receiver);
    await receiver.completeMessage(received);

    expect(received).toMatchObject({ body: 'b', applicationProperties: { returned: true } });
    expect(await receiver.peekMessages(1)).toEqual([]);
  });
});
