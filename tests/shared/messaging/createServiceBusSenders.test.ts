import { createServer, type AddressInfo } from 'node:net';
import { format } from 'node:util';
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import {
  startServiceBusEmulator,
  type ServiceBusEmulator,
} from '../../../local/servicebus/startServiceBusEmulator';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import {
  createServiceBusSenders,
  type ServiceBusSenders,
} from '../../../shared/messaging/createServiceBusSenders';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import { anOutgoingMessage } from './anOutgoingMessage';

const sendersFor = (serviceBusConnectionString: string | null): ServiceBusSenders =>
  createServiceBusSenders({
    config: {
      environment: 'Development',
      serviceBus: { fullyQualifiedNamespace: null, clientId: null },
    },
    secrets: { serviceBusConnectionString },
  });

describe('createServiceBusSenders() on a broker', () => {
  let emulator: ServiceBusEmulator;
  let senders: ServiceBusSenders;
  let reader: ServiceBusClient;
  beforeAll(async () => {
    emulator = await startServiceBusEmulator({ port: 0, httpPort: 0 });
    senders = sendersFor(emulator.connectionString);
    reader = new ServiceBusClient(emulator.connectionString);
  });
  afterAll(async () => {
    await senders.close();
    await reader.close();
    await emulator.close();
  });

  async function receive(queue: string, count: number): Promise<ServiceBusReceivedMessage[]> {
    const receiver = reader.createReceiver(queue, {
      receiveMode: 'receiveAndDelete',
      skipParsingBodyAsJson: true,
    });
    const received: ServiceBusReceivedMessage[] = [];
    while (received.length < count) {
      received.push(...(await receiver.receiveMessages(count - received.length)));
    }
    await receiver.close();
    return received;
  }

  it('sends a message with all its fields, the body as bytes', async () => {
    const body = Buffer.from('{"outcome":"found","name":"ü"}');

    await senders.sender('enriched-machines').send([
      anOutgoingMessage({
        messageId: 'e_1',
        body,
        correlationId: 'c-1',
        sessionId: 'r_1',
        subject: 'enrichment.found',
        applicationProperties: { outcome: 'found', machineCount: 2, final: true },
      }),
    ]);

    const [message] = await receive('enriched-machines', 1);
    expect(message).toMatchObject({
      messageId: 'e_1',
      contentType: 'application/json',
      correlationId: 'c-1',
      sessionId: 'r_1',
      subject: 'enrichment.found',
      applicationProperties: { outcome: 'found', machineCount: 2, final: true },
    });
    expect(message?.body).toEqual(body);
  });

  it('leaves scheduled messages to their time, and sends the rest at once', async () => {
    const soonAt = Date.now() + 3_600_000;

    await senders
      .sender('lookups')
      .send([
        anOutgoingMessage({ messageId: 'soon', scheduledAt: soonAt }),
        anOutgoingMessage({ messageId: 'now' }),
        anOutgoingMessage({ messageId: 'later', scheduledAt: soonAt + 60_000 }),
        anOutgoingMessage({ messageId: 'past', scheduledAt: Date.now() - 1_000 }),
      ]);

    const received = await receive('lookups', 2);
    expect(received.map(({ messageId }) => messageId)).toEqual(['now', 'past']);
    expect(emulator.counts()['lookups']).toMatchObject({ active: 0, scheduled: 2 });
    const receiver = reader.createReceiver('lookups');
    const waiting = await receiver.peekMessages(10);
    await receiver.close();
    expect(
      waiting.map(({ messageId, scheduledEnqueueTimeUtc }) => [
        messageId,
        scheduledEnqueueTimeUtc?.getTime(),
      ]),
    ).toEqual([
      ['soon', soonAt],
      ['later', soonAt + 60_000],
    ]);
  });

  it('splits what is too much for one batch, in order', async () => {
    const messages = Array.from({ length: 12 }, (_, i) =>
      anOutgoingMessage({ messageId: `big-${i}`, body: Buffer.alloc(100_000, 'x') }),
    );

    await senders.sender('quarantine').send(messages);

    const received = await receive('quarantine', 12);
    expect(received.map(({ messageId }) => messageId)).toEqual(
      messages.map(({ messageId }) => messageId),
    );
  });

  it('has nothing to do for no message', async () => {
    await expect(senders.sender('no-such-queue').send([])).resolves.toBeUndefined();
  });

  it('lets duplicate detection drop what is sent again', async () => {
    const message = anOutgoingMessage({ messageId: 'twice' });

    await senders.sender('quarantine').send([message]);
    await senders.sender('quarantine').send([message, anOutgoingMessage({ messageId: 'once' })]);

    const received = await receive('quarantine', 2);
    expect(received.map(({ messageId }) => messageId)).toEqual(['twice', 'once']);
    expect(emulator.counts()['quarantine']).toMatchObject({ active: 0 });
  });

  it.each([
    {
      what: 'a message that is too large',
      queue: 'quarantine',
      body: Buffer.alloc(300_000),
      condition: 'MessageSizeExceeded',
    },
    {
      what: 'a queue that does not exist',
      queue: 'no-such-queue',
      body: Buffer.from('{}'),
      condition: 'MessagingEntityNotFound',
    },
  ])('throws MessageRefusedError for $what', async ({ queue, body, condition }) => {
    const sending = senders.sender(queue).send([anOutgoingMessage({ body })]);

    await expect(sending).rejects.toBeInstanceOf(MessageRefusedError);
    await expect(sending).rejects.toMatchObject({ code: 'messaging.refused', queue, condition });
  });

  it('tells of a queue whether it is there', async () => {
    await expect(senders.probe('quarantine')).resolves.toBeUndefined();

    await expect(senders.probe('no-such-queue')).rejects.toMatchObject({
      code: 'broker.queueNotFound',
      message: 'Cannot use the queue no-such-queue: MessagingEntityNotFound',
    });
  });

  it('goes on after a refusal', async () => {
    const sender = senders.sender('quarantine');
    await sender.send([anOutgoingMessage({ body: Buffer.alloc(300_000) })]).catch(() => null);

    await sender.send([anOutgoingMessage({ messageId: 'after' })]);

    expect((await receive('quarantine', 1))[0]?.messageId).toBe('after');
  });
});

describe('createServiceBusSenders() without a broker', () => {
  it('throws BrokerUnreachableError, without key and body', async () => {
    const closedPort = await freePort();
    const senders = sendersFor(
      `Endpoint=sb://127.0.0.1:${closedPort};SharedAccessKeyName=Root;SharedAccessKey=KEY_VALUE;UseDevelopmentEmulator=true`,
    );

    const error: unknown = await senders
      .sender('lookups')
      .send([anOutgoingMessage({ body: Buffer.from('BODY_VALUE') })])
      .catch((thrown: unknown) => thrown);
    await senders.close();

    expect(error).toBeInstanceOf(BrokerUnreachableError);
    expect(error).toMatchObject({ code: 'messaging.unreachable', queue: 'lookups' });
    expect(format(error)).not.toMatch(/KEY_VALUE|BODY_VALUE/);
  });

  it('refuses settings that name no broker', () => {
    expect(() => sendersFor(null)).toThrow(TypeError);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  await new Promise((resolve) => server.close(resolve));
  return port;
}
