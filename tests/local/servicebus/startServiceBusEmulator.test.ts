import { ServiceBusClient } from '@azure/service-bus';
import config from '../../../local/servicebus/config.json';
import { withQueueProperties } from '../../../local/servicebus/emulatorConfig';
import { startServiceBusEmulator } from '../../../local/servicebus/startServiceBusEmulator';
import { Relay } from '../../support/Relay';
import { eventually } from './eventually';

const ports = { port: 0, httpPort: 0 };
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: Parameters<typeof startServiceBusEmulator>[0] = ports) {
  const emulator = await startServiceBusEmulator(options);
  open.push(() => emulator.close());
  return emulator;
}

function createClient(connectionString: string) {
  const client = new ServiceBusClient(connectionString);
  open.push(() => client.close());
  return client;
}

describe('startServiceBusEmulator', () => {
  it('offers the queues of config.json, empty', async () => {
    const emulator = await start();

    const nothing = { enqueued: 0, duplicates: 0, completed: 0, expired: 0 };
    const empty = {
      active: 0,
      scheduled: 0,
      locked: 0,
      deferred: 0,
      deadLettered: 0,
      totals: nothing,
    };
    expect(emulator.counts()).toEqual({
      'siem-indicators': empty,
      lookups: empty,
      'inventory-pages': empty,
      'enriched-requests': empty,
      'enriched-machines': empty,
      quarantine: empty,
    });
  });

  it('serves the same counts as JSON', async () => {
    const emulator = await start();
    const sender = createClient(emulator.connectionString).createSender('lookups');
    await sender.sendMessages({ body: 'now' });
    await sender.scheduleMessages({ body: 'later' }, new Date(Date.now() + 3_600_000));

    const response = await fetch(`http://127.0.0.1:${emulator.httpPort}/queues`);
    const counts: unknown = await response.json();

    expect(response.headers.get('content-type')).toContain('application/json');
    expect(counts).toEqual(emulator.counts());
    expect(counts).toMatchObject({ lookups: { active: 1, scheduled: 1 } });
  });

  it.each([
    { method: 'POST', path: '/queues', status: 405 },
    { method: 'DELETE', path: '/queues', status: 405 },
    { method: 'GET', path: '/', status: 404 },
  ])('answers $status to $method $path of the counts page', async ({ method, path, status }) => {
    const { httpPort } = await start();

    const response = await fetch(`http://127.0.0.1:${httpPort}${path}`, { method });

    expect(response.status).toBe(status);
    await response.arrayBuffer();
  });

  it('takes a changed configuration', async () => {
    const { connectionString } = await start({
      ...ports,
      config: withQueueProperties(config, () => ({ LockDuration: 'PT7S' })),
    });
    const client = createClient(connectionString);
    await client.createSender('lookups').sendMessages({ body: 1 });

    const [message] = await client.createReceiver('lookups').receiveMessages(1);

    const lockMs = Number(message?.lockedUntilUtc) - Date.now();
    expect(lockMs).toBeGreaterThan(5000);
    expect(lockMs).toBeLessThanOrEqual(7000);
  });

  it.each(['port', 'httpPort'] as const)('fails when its %s is taken', async (which) => {
    const first = await start();

    await expect(start({ ...ports, [which]: first[which] })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('can be closed and started again on the same ports, without the old messages', async () => {
    const first = await startServiceBusEmulator(ports);
    const client = new ServiceBusClient(first.connectionString);
    await client.createSender('lookups').sendMessages({ body: 1 });
    await client.close();
    await first.close();

    const second = await start({ port: first.port, httpPort: first.httpPort });
    await createClient(second.connectionString).createSender('lookups').sendMessages({ body: 2 });

    expect(second.counts()['lookups']).toMatchObject({ active: 1 });
  });

  it('keeps subscriber and sender going after their connection was cut', async () => {
    const emulator = await start();
    const relay = await Relay.start(emulator.port);
    open.push(async () => {
      relay.close();
    });
    const client = createClient(
      emulator.connectionString.replace(`:${emulator.port};`, `:${relay.port};`),
    );
    const received: unknown[] = [];
    const sender = client.createSender('lookups');
    client.createReceiver('lookups').subscribe({
      processMessage: async ({ body }) => {
        received.push(body);
      },
      processError: async () => undefined,
    });
    await sender.sendMessages({ body: 'before' });
    await eventually(() => emulator.counts()['lookups']?.totals.completed === 1);

    relay.cut();
    // What is sent before the client notices is lost with its settlement, as it would be with the real service.
    await eventually(() => relay.openConnections() === 1);
    await sender.sendMessages({ body: 'after' });
    await eventually(() => emulator.counts()['lookups']?.totals.completed === 2);

    expect(received).toEqual(['before', 'after']);
  });
});
