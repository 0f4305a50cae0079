import { ServiceBusAdministrationClient, ServiceBusClient } from '@azure/service-bus';
import {
  type ServiceBusEmulator,
  startServiceBusEmulator,
} from '../../../../local/servicebus/startServiceBusEmulator';
import { receiveOne } from './behaviourNamespace';

const NAMES = ['orders', 'a/b & c', 'queues', ...Array.from({ length: 117 }, (_, at) => `q-${at}`)];

let emulator: ServiceBusEmulator;
let client: ServiceBusClient;
let administration: ServiceBusAdministrationClient;
beforeAll(async () => {
  const Queues = NAMES.map((Name) => ({ Name, Properties: {} }));
  const config = { UserConfig: { Namespaces: [{ Name: 'administration', Queues }] } };
  emulator = await startServiceBusEmulator({ port: 0, httpPort: 0, config });
  client = new ServiceBusClient(emulator.connectionString);
  administration = administrationOf(emulator);
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

/** The SDK asks over HTTPS, at the address of the broker, whatever its connection string says. */
function administrationOf({ connectionString, httpPort }: ServiceBusEmulator) {
  const found = new ServiceBusAdministrationClient(connectionString);
  found.pipeline.addPolicy({
    name: 'plainHttp',
    sendRequest: (request, next) => {
      request.url = request.url.replace(/^https:\/\/[^/]+/, `http://127.0.0.1:${httpPort}`);
      request.allowInsecureConnection = true;
      return next(request);
    },
  });
  return found;
}

async function lockedOrder() {
  const receiver = client.createReceiver('orders');
  return { receiver, message: await receiveOne(receiver) };
}

describe('Service Bus administration', () => {
  it('counts the messages of a queue by state; deferred and locked ones are active', async () => {
    const sender = client.createSender('orders');
    await sender.sendMessages(['a', 'b', 'c', 'd'].map((body) => ({ body })));
    await sender.scheduleMessages({ body: 'later' }, new Date(Date.now() + 3_600_000));
    const dead = await lockedOrder();
    await dead.receiver.deadLetterMessage(dead.message);
    const deferred = await lockedOrder();
    await deferred.receiver.deferMessage(deferred.message);
    await lockedOrder();

    const found = await administration.getQueueRuntimeProperties('Orders');

    expect(found).toMatchObject({
      name: 'orders',
      activeMessageCount: 3,
      deadLetterMessageCount: 1,
      scheduledMessageCount: 1,
      transferMessageCount: 0,
      totalMessageCount: 5,
    });
    expect(Date.now() - found.createdAt.getTime()).toBeLessThan(60_000);
  });

  it('tells how a queue is configured', async () => {
    expect(await administration.getQueue('a/b & c')).toMatchObject({
      name: 'a/b%20&%20c',
      lockDuration: 'PT1M',
      maxDeliveryCount: 10,
      defaultMessageTimeToLive: 'P14D',
      deadLetteringOnMessageExpiration: false,
      requiresDuplicateDetection: false,
      requiresSession: false,
      maxMessageSizeInKilobytes: 256,
      status: 'Active',
    });
  });

  it.each([
    { name: 'orders', exists: true },
    { name: 'queues', exists: true },
    { name: 'nowhere', exists: false },
  ])('queueExists of $name is $exists', async ({ name, exists }) => {
    expect(await administration.queueExists(name)).toBe(exists);
  });

  it('answers 200 with an empty feed for what is not there, which the SDK makes an error of', async () => {
    await expect(administration.getQueueRuntimeProperties('nowhere')).rejects.toMatchObject({
      code: 'MessageEntityNotFoundError',
      statusCode: 200,
    });
  });

  it('lists all queues, page by page', async () => {
    const names: string[] = [];
    for await (const { name } of administration.listQueues()) names.push(name);
    const pages: number[] = [];
    for await (const page of administration.listQueues().byPage({ maxPageSize: 50 })) {
      pages.push(page.length);
    }

    expect(names.map((name) => decodeURIComponent(name))).toEqual(NAMES);
    expect(pages).toEqual([50, 50, 20]);
  });

  it('lists no topics, because there are none', async () => {
    expect(await administration.listTopics().next()).toMatchObject({ done: true });
  });

  it('outlives a path that cannot be decoded', async () => {
    const response = await fetch(`http://127.0.0.1:${emulator.httpPort}/%E0%A4%A`);

    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Publicly Listed Services');
  });
});
