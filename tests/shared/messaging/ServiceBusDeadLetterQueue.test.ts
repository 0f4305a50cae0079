import type { AmqpAnnotatedMessage } from '@azure/core-amqp';
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import {
  startServiceBusEmulator,
  type ServiceBusEmulator,
} from '../../../local/servicebus/startServiceBusEmulator';
import { systemClock } from '../../../shared/clock/systemClock';
import {
  createServiceBusSenders,
  type ServiceBusSenders,
} from '../../../shared/messaging/createServiceBusSenders';
import type { DeadLetter } from '../../../shared/messaging/DeadLetterQueue';

const QUEUE = 'lookups';

describe('ServiceBusDeadLetterQueue', () => {
  let emulator: ServiceBusEmulator;
  let senders: ServiceBusSenders;
  let client: ServiceBusClient;
  beforeEach(async () => {
    emulator = await startServiceBusEmulator({ port: 0, httpPort: 0 });
    senders = createServiceBusSenders({
      config: {
        environment: 'Development',
        serviceBus: { fullyQualifiedNamespace: null, clientId: null },
      },
      secrets: { serviceBusConnectionString: emulator.connectionString },
    });
    client = new ServiceBusClient(emulator.connectionString);
  });
  afterEach(async () => {
    await senders.close();
    await client.close();
    await emulator.close();
  });

  /** Resolves to the number that the message had on its queue. */
  async function deadLetterOne(
    message: ServiceBusMessage | AmqpAnnotatedMessage,
    deadLetterReason = 'Broken',
  ): Promise<string> {
    await client.createSender(QUEUE).sendMessages(message);
    const receiver = client.createReceiver(QUEUE);
    const [received] = await receiver.receiveMessages(1);
    if (!received) throw new Error('Nothing was delivered.');
    const deadLetterErrorDescription = '';
    await receiver.deadLetterMessage(received, { deadLetterReason, deadLetterErrorDescription });
    await receiver.close();
    return String(received.sequenceNumber);
  }

  async function deadLetter(...messageIds: string[]): Promise<void> {
    const body = Buffer.from('{"a":1}');
    const applicationProperties = { redriven: true };
    const sender = client.createSender(QUEUE);
    await sender.sendMessages(
      messageIds.map((messageId) => ({ messageId, body, applicationProperties })),
    );
    const receiver = client.createReceiver(QUEUE);
    let left = messageIds.length;
    while (left > 0) {
      for (const message of await receiver.receiveMessages(left)) {
        await receiver.deadLetterMessage(message, {
          deadLetterReason: 'Broken',
          deadLetterErrorDescription: 'It could not be consumed.',
        });
        left -= 1;
      }
    }
    await receiver.close();
  }

  async function drain({
    fails = [],
    max = 100,
    deadlineAt = Date.now() + 60_000,
  }: { fails?: string[]; max?: number; deadlineAt?: number } = {}) {
    const letters: DeadLetter[] = [];
    const failure = await senders
      .deadLetters(QUEUE, systemClock)
      .drain(
        (letter) => {
          letters.push(letter);
          const isBad = fails.includes(String(letter.source.messageId));
          return isBad ? Promise.reject(new Error('no')) : Promise.resolve();
        },
        { max, deadlineAt },
      )
      .then(
        () => null,
        (error: unknown) => error,
      );
    return { letters, ids: letters.map(({ source }) => source.messageId), failure };
  }

  const left = () => emulator.counts()[QUEUE]?.deadLettered;

  it('hands over what the broker has put aside, with its reason, and removes it', async () => {
    await deadLetter('l_1:0:file:0');

    const { letters, failure } = await drain();

    expect(failure).toBeNull();
    expect(letters).toMatchObject([
      {
        body: Buffer.from('{"a":1}'),
        brokerReason: 'Broken: It could not be consumed.',
        source: {
          queue: QUEUE,
          messageId: 'l_1:0:file:0',
          correlationId: null,
          applicationProperties: { redriven: true },
          enqueuedAt: expect.any(Number) as number,
          sequenceNumber: expect.stringMatching(/^\d+$/) as string,
        },
      },
    ]);
    expect(left()).toBe(0);
  });

  it('hands over bodies that no binding reads as what they say', async () => {
    const bodies = [
      { bodyType: 'value', body: '{"ip":"10.1.2.3"}' },
      { bodyType: 'value', body: { ip: '10.1.2.3' } },
      { bodyType: 'value', body: Buffer.from('10.1.2.3') },
      { bodyType: 'sequence', body: ['10.1.2.3', '10.1.2.4'] },
    ] as const;
    for (const message of bodies) await deadLetterOne(message);

    const { letters } = await drain();

    expect(letters.map(({ body }) => body.toString())).toEqual([
      '{"ip":"10.1.2.3"}',
      '{"ip":"10.1.2.3"}',
      '10.1.2.3',
      '["10.1.2.3","10.1.2.4"]',
    ]);
  });

  it('names a letter as its deliveries did, and whether it has expired', async () => {
    const body = Buffer.from('1');
    await deadLetterOne({ messageId: 'incident-1', correlationId: '1e3', body });
    const messageId = '637472900382838875';
    const number = await deadLetterOne({ messageId, body }, 'TTLExpiredException');

    const { letters } = await drain();

    expect(letters).toMatchObject([
      { hasExpired: false, source: { messageId: 'incident-1', correlationId: null } },
      { hasExpired: true, source: { messageId: null, sequenceNumber: number } },
    ]);
  });

  it('keeps what could not be handled, goes on with the rest, and tells of it', async () => {
    await deadLetter('a', 'b', 'c');

    const { ids, failure } = await drain({ fails: ['a'] });

    expect(ids).toEqual(['a', 'b', 'c']);
    expect(failure).toEqual(new Error('no'));
    expect(left()).toBe(1);
  });

  it.each([
    { title: 'as many as it may', limits: { max: 2 }, ids: ['a', 'b'] },
    { title: 'none once its time is over', limits: { deadlineAt: 0 }, ids: [] },
  ])('hands over $title', async ({ limits, ids: expected }) => {
    await deadLetter('a', 'b', 'c');

    expect((await drain(limits)).ids).toEqual(expected);
    expect(left()).toBe(3 - expected.length);
  });

  it('hands each to one of two processes', async () => {
    const all = Array.from({ length: 60 }, (_, i) => `m${String(i)}`);
    await deadLetter(...all);

    const [one, other] = await Promise.all([drain(), drain()]);

    expect([...one.ids, ...other.ids].toSorted()).toEqual(all.toSorted());
    expect(left()).toBe(0);
  });

  it('reports a broker that does not know the queue as unreachable', async () => {
    const draining = senders
      .deadLetters('no-such-queue', systemClock)
      .drain(() => Promise.resolve(), { max: 1, deadlineAt: Date.now() + 60_000 });

    await expect(draining).rejects.toMatchObject({
      code: 'messaging.unreachable',
      condition: 'MessagingEntityNotFound',
    });
  });
});
