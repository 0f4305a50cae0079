import { ServiceBusClient } from '@azure/service-bus';
import { QueueBrowser } from '../../../local/start/QueueBrowser';
import {
  startServiceBusEmulator,
  type ServiceBusEmulator,
} from '../../../local/servicebus/startServiceBusEmulator';

const QUEUE = 'siem-indicators';

describe('QueueBrowser', () => {
  let emulator: ServiceBusEmulator;
  let client: ServiceBusClient;
  beforeEach(async () => {
    emulator = await startServiceBusEmulator();
    client = new ServiceBusClient(emulator.connectionString);
  });
  afterEach(async () => {
    await client.close();
    await emulator.close();
  });

  async function send(...bodies: readonly string[]): Promise<void> {
    await client.createSender(QUEUE).sendMessages(bodies.map((body) => ({ body })));
  }

  async function take(count: number): Promise<void> {
    const receiver = client.createReceiver(QUEUE, { receiveMode: 'receiveAndDelete' });
    for (let taken = 0; taken < count;) {
      taken += (await receiver.receiveMessages(count - taken, { maxWaitTimeInMs: 1_000 })).length;
    }
    await receiver.close();
  }

  async function readAll(browser: QueueBrowser): Promise<readonly unknown[]> {
    const bodies: unknown[] = [];
    for (let found = await browser.next(); found.length > 0; found = await browser.next()) {
      bodies.push(...found.map(({ body }) => body as unknown));
    }
    return bodies;
  }

  const open = () => new QueueBrowser(client.createReceiver(QUEUE));
  const numbers = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => `m${from + index}`);

  it('sees each message once, in order, and takes none', async () => {
    const browser = open();
    await send(...numbers(0, 150));
    expect(await readAll(browser)).toEqual(numbers(0, 150));

    await send('later');

    expect(await readAll(browser)).toEqual(['later']);
    expect(emulator.counts()[QUEUE]?.active).toBe(151);
  });

  it.each([
    { there: 0, taken: 0, keep: 0, seen: [] },
    { there: 1, taken: 0, keep: 0, seen: [] },
    { there: 150, taken: 0, keep: 0, seen: [] },
    { there: 150, taken: 0, keep: 2, seen: ['m148', 'm149'] },
    { there: 150, taken: 101, keep: 2, seen: ['m148', 'm149'] },
    { there: 3, taken: 2, keep: 100, seen: ['m2'] },
    { there: 3, taken: 3, keep: 100, seen: [] },
  ])(
    'passes over all but the last $keep of $there messages, of which $taken are taken',
    async ({ there, taken, keep, seen }) => {
      if (there > 0) await send(...numbers(0, there));
      if (taken > 0) await take(taken);
      const browser = open();

      await browser.skipToEnd(keep);
      await send('new');

      expect(await readAll(browser)).toEqual([...seen, 'new']);
    },
  );
});
