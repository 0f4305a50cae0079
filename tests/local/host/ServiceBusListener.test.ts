/** @jest-environment ./tests/local/host/NodeLoaderEnvironment.cjs */
import { ServiceBusClient } from '@azure/service-bus';
import type { ServiceBusMessage } from '@azure/service-bus';
import { startServiceBusEmulator } from '../../../local/servicebus/startServiceBusEmulator';
import type { ServiceBusEmulator } from '../../../local/servicebus/startServiceBusEmulator';
import { EchoHost } from './EchoHost';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

jest.mock('node:module', () => (globalThis as { nodeModule?: object }).nodeModule); // set by the environment

const config = {
  UserConfig: {
    Namespaces: [
      {
        Name: 'sbemulatorns',
        Queues: ['text', 'binary', 'manual'].map((Name) => ({
          Name,
          Properties: { LockDuration: 'PT30S', MaxDeliveryCount: 3 },
        })),
      },
    ],
  },
};

describe('ServiceBusListener', () => {
  let emulator: ServiceBusEmulator;
  let client: ServiceBusClient;
  let echo: EchoHost;
  const clock = new VirtualClock(Date.UTC(2026, 10, 21, 8, 15, 3));

  beforeAll(async () => {
    emulator = await startServiceBusEmulator({ port: 0, httpPort: 0, config, clock });
    client = new ServiceBusClient(emulator.connectionString);
  });
  beforeEach(async () => {
    echo = await EchoHost.start({ clock, settings: { Broker: emulator.connectionString } });
  });
  afterEach(async () => {
    await echo.close();
  });
  afterAll(async () => {
    await client.close();
    await emulator.close();
  });

  const send = (queue: string, message: ServiceBusMessage) =>
    client.createSender(queue).sendMessages(message);
  const release = (messageId: string) =>
    echo.fetch(`/api/release/${messageId}`, { method: 'POST' });
  const untilCounts = async (queue: string, wanted: object) => {
    while (!isSubset(wanted, emulator.counts()[queue] ?? {})) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  describe('what the function sees', () => {
    it.each([
      {
        on: 'body {"orderId":"00123"}',
        message: { body: { orderId: '00123' } },
        sees: { body: { orderId: '00123' } },
      },
      {
        on: 'body 12345678901234567890',
        message: { body: bytes('12345678901234567890') },
        sees: { body: 12345678901234567000 },
      },
      { on: 'body true', message: { body: bytes('true') }, sees: { body: true } },
      { on: 'body null', message: { body: bytes('null') }, sees: { body: null } },
      { on: 'body text', message: { body: bytes('10.1.2.3') }, sees: { body: '10.1.2.3' } },
      {
        on: 'MessageId 12345678901234567890',
        message: { body: 1, messageId: '12345678901234567890' },
        sees: { messageId: 12345678901234567000 },
      },
      {
        on: 'MessageId 1e3',
        message: { body: 1, messageId: '1e3' },
        sees: { messageId: 1000 },
      },
      {
        on: 'MessageId 1679770006.47946605',
        message: { body: 1, messageId: '1679770006.47946605' },
        sees: { messageId: 1679770006.479466 },
      },
      {
        on: 'CorrelationId 637472900382838877',
        message: { body: 1, correlationId: '637472900382838877' },
        sees: { correlationId: 637472900382838900 },
      },
      {
        on: 'Subject true',
        message: { body: 1, subject: 'true' },
        sees: { subject: true, label: true },
      },
      {
        on: 'CorrelationId 007',
        message: { body: 1, correlationId: '007' },
        sees: { correlationId: '007' },
      },
      { on: 'ReplyTo 1e5', message: { body: 1, replyTo: '1e5' }, sees: { replyTo: 100000 } },
      {
        on: 'application properties',
        message: {
          body: 1,
          applicationProperties: { 'Store-Code': 'x', EventType: '1', Flag: true },
        },
        sees: { applicationProperties: { 'store-Code': 'x', eventType: '1', flag: true } },
      },
      {
        on: 'a body field that is named like metadata',
        message: { messageId: 'm', body: { messageId: 'forged' } },
        sees: { messageId: 'forged' },
      },
    ])('is coerced as by the Node binding: $on', async ({ message, sees }) => {
      await send('text', message);

      const [seen] = await echo.untilSeen('text-queue');

      expect({ ...seen?.metadata, body: seen?.body }).toMatchObject(sees);
      await untilCounts('text', { active: 0, locked: 0 });
    });

    it('has the metadata of the .NET extension', async () => {
      await send('text', {
        body: { a: 1 },
        messageId: 'm-1',
        correlationId: 'c-1',
        contentType: 'application/json',
      });

      const [seen] = await echo.untilSeen('text-queue');

      expect(seen?.metadata).toMatchObject({
        messageId: 'm-1',
        correlationId: 'c-1',
        contentType: 'application/json',
        deliveryCount: 1,
        sequenceNumber: expect.any(Number) as number,
        lockToken: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        enqueuedTimeUtc: withoutZone(clock.now()),
        enqueuedTime: `${withoutZone(clock.now())}+00:00`,
        expiresAtUtc: withoutZone(clock.now() + 14 * 86_400_000),
        applicationProperties: {},
        userProperties: {},
      });
      expect(seen?.metadata).not.toHaveProperty('sessionId');
    });

    it("gets a binary body's bytes as they are, and no metadata out of them", async () => {
      await send('binary', {
        messageId: 'm-2',
        body: bytes('{"messageId": "forged", "n": 1e400}'),
      });

      const [seen] = await echo.untilSeen('binary-queue');

      expect(Buffer.from(seen?.hex ?? '', 'hex').toString()).toBe(
        '{"messageId": "forged", "n": 1e400}',
      );
      expect(seen?.metadata).toMatchObject({ messageId: 'm-2' });
    });
  });

  describe('settlement', () => {
    const totals = () => emulator.counts()['text']?.totals.completed ?? 0;

    it.each([
      { how: 'returns', body: {} },
      { how: 'throws undefined', body: { do: 'throwUndefined' } },
    ])('completes the message when the function $how', async ({ body }) => {
      const before = totals();

      await send('text', { body });
      await echo.untilSeen('text-queue');
      await untilCounts('text', { active: 0, locked: 0, deadLettered: 0 });

      expect(totals()).toBe(before + 1);
    });

    it('abandons at once when the function throws, until the broker dead-letters', async () => {
      await send('text', { body: { do: 'throw' } });

      const seen = await echo.untilSeen('text-queue', 3);
      await untilCounts('text', { active: 0, locked: 0, deadLettered: 1 });

      expect(seen.map(({ metadata }) => metadata['deliveryCount'])).toEqual([1, 2, 3]);
    });

    it.each(['value', 'sequence'] as const)(
      'never asks the function about a body that is an AMQP %s, until the broker dead-letters',
      async (bodyType) => {
        const before = emulator.counts()['text']?.deadLettered ?? 0;
        const body = bodyType === 'value' ? '10.1.2.3' : ['10.1.2.3'];

        await client.createSender('text').sendMessages({ bodyType, body });
        await untilCounts('text', { active: 0, locked: 0, deadLettered: before + 1 });

        expect(echo.messagesOf('text-queue')).toEqual([]);
      },
    );

    it('abandons one message and completes another that ends in the same tick', async () => {
      const before = totals();
      const deadBefore = emulator.counts()['text']?.deadLettered ?? 0;
      for (const what of ['holdThenThrow', 'hold'])
        await send('text', { messageId: 'pair', body: { do: what } });

      for (const count of [2, 3, 4]) {
        await echo.untilSeen('text-queue', count);
        await release('pair');
      }
      await untilCounts('text', { active: 0, locked: 0, deadLettered: deadBefore + 1 });

      expect(totals()).toBe(before + 1);
    });

    it('leaves the message alone where the function switched autoCompleteMessages off', async () => {
      await send('manual', { body: {} });

      await echo.until(() =>
        echo.logs.some(
          ({ functionName, message }) =>
            functionName === 'manual-queue' && message === 'Executed (Succeeded)',
        ),
      );

      expect(emulator.counts()['manual']).toMatchObject({ locked: 1, totals: { completed: 0 } });
    });
  });

  it('runs maxConcurrentCalls at a time', async () => {
    for (const messageId of ['c1', 'c2', 'c3'])
      await send('binary', { messageId, subject: 'hold', body: 'x' });
    await echo.untilSeen('binary-queue', 2);

    expect(emulator.counts()['binary']).toMatchObject({ active: 1, locked: 2 });
    await release('c1');
    await echo.untilSeen('binary-queue', 3);

    await Promise.all([release('c2'), release('c3')]);
    await untilCounts('binary', { active: 0, locked: 0 });
  });

  it('renews the lock for as long as the function runs, also of messages with the same id', async () => {
    for (const body of ['1', '2'])
      await send('binary', { messageId: 'twin', subject: 'hold', body });
    await echo.untilSeen('binary-queue', 2);

    for (let round = 0; round < 4; round++) {
      await clock.untilPendingIn(20_000, 2);
      clock.jump(20_000);
    }
    await clock.untilPendingIn(20_000, 2);

    expect(emulator.counts()['binary']).toMatchObject({ locked: 2, totals: { expired: 0 } });
    await release('twin');
    await untilCounts('binary', { active: 0, locked: 0 });
  });

  it.each([
    { queue: 'binary', name: 'binary-queue' },
    { queue: 'manual', name: 'manual-queue' },
  ])(
    'gives back what succeeds while the host stops, and takes nothing new ($queue)',
    async ({ queue, name }) => {
      await send(queue, { messageId: 'last', subject: 'hold', body: 'x' });
      await echo.untilSeen(name);
      const before = emulator.counts()[queue];

      const closed = echo.close();
      await echo.host.invokeTimer('release-held');
      await closed;

      expect(emulator.counts()[queue]).toMatchObject({
        active: (before?.active ?? 0) + 1,
        locked: (before?.locked ?? 0) - 1,
        totals: { completed: before?.totals.completed },
      });
      echo = await EchoHost.start({ clock, settings: { Broker: emulator.connectionString } });
      const [again] = await echo.untilSeen(name);
      await release('last');
      expect(again?.metadata).toMatchObject({ messageId: 'last', deliveryCount: 2 });
    },
  );
});

describe('ServiceBusListener, when the broker goes away', () => {
  let emulator: ServiceBusEmulator;
  let echo: EchoHost;

  beforeEach(async () => {
    emulator = await startServiceBusEmulator({ port: 0, httpPort: 0, config });
    echo = await EchoHost.start({ settings: { Broker: emulator.connectionString } });
  });
  afterEach(async () => {
    await echo.close();
    await emulator.close();
  });

  const send = async (queue: string, messages: ServiceBusMessage[]) => {
    const client = new ServiceBusClient(emulator.connectionString);
    await client.createSender(queue).sendMessages(messages);
    await client.close();
  };
  const refusals = () => echo.logs.filter(({ message }) => message.includes('ECONNREFUSED'));
  const restartBroker = async () => {
    const { port } = emulator;
    await emulator.close();
    await echo.until(() => refusals().length >= 3);
    emulator = await startServiceBusEmulator({ port, httpPort: 0, config });
  };

  it('says so once per queue, and goes on when it is back', async () => {
    await restartBroker();

    await send('text', [{ body: 'back' }]);
    const [seen] = await echo.untilSeen('text-queue');

    expect(seen?.body).toBe('back');
    expect(refusals()).toHaveLength(3);
  });

  // On the queue that settles nothing: what was received before cannot be settled any more.
  it('keeps to maxConcurrentCalls with what still runs from before', async () => {
    const held = { messageId: 'held', subject: 'hold', body: 'x' };
    await send('manual', [held, held]);
    await echo.untilSeen('manual-queue', 2);

    await restartBroker();
    await send('manual', [held, held]);
    while (emulator.counts()['manual']?.locked !== 2) await new Promise(setImmediate);
    const seenWhileTwoRan = echo.messagesOf('manual-queue').length;
    await echo.host.invokeTimer('release-held');
    await echo.untilSeen('manual-queue', 4);
    await echo.host.invokeTimer('release-held');

    expect(seenWhileTwoRan).toBe(2);
  });
});

function bytes(text: string): Buffer {
  return Buffer.from(text);
}

/** As .NET writes a `DateTime` that has lost its zone. */
function withoutZone(at: number): string {
  return new Date(at).toISOString().replace('Z', '');
}

function isSubset(wanted: object, actual: object): boolean {
  return Object.entries(wanted).every(([key, value]) => Reflect.get(actual, key) === value);
}
