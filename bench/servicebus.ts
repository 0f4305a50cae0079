/**
 * Throughput of the Service Bus emulator under the real SDK: 20 sends in flight, 20 concurrent handlers, completion,
 * bodies of 1 KB; the emulator in a process of its own. Prints one JSON line per round and the time to start.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ServiceBusClient } from '@azure/service-bus';
import { startServiceBusEmulator } from '../local/servicebus/startServiceBusEmulator';

const ROUNDS = 3;
const MESSAGES = 20_000;
const IN_FLIGHT = 20;
const body = Buffer.alloc(1024, 'x');

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function runEmulator(): Promise<void> {
  const startedAt = performance.now();
  const { connectionString } = await startServiceBusEmulator({ port: 0, httpPort: 0 });
  const startMs = performance.now() - startedAt;
  process.send?.({ connectionString, startMs });
  process.on('message', () => {
    process.send?.({ cpuUs: cpuUs(), rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20) });
  });
}

async function endToEnd(client: ServiceBusClient): Promise<number> {
  const sender = client.createSender('siem-indicators');
  const receiver = client.createReceiver('siem-indicators');
  const startedAt = performance.now();
  const received = new Promise<void>((resolve, reject) => {
    let count = 0;
    receiver.subscribe(
      {
        processMessage: async (message) => {
          await receiver.completeMessage(message);
          if (++count === MESSAGES) resolve();
        },
        processError: async ({ error }) => {
          reject(error);
        },
      },
      { maxConcurrentCalls: IN_FLIGHT, autoCompleteMessages: false },
    );
  });
  let sent = 0;
  const send = async () => {
    while (sent++ < MESSAGES) await sender.sendMessages({ body });
  };
  await Promise.all([received, ...Array.from({ length: IN_FLIGHT }, send)]);
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all([sender.close(), receiver.close()]);
  return Math.round(MESSAGES / seconds);
}

async function main(): Promise<void> {
  const emulator = fork(__filename, ['emulator']);
  const [{ connectionString, startMs }] = (await once(emulator, 'message')) as [
    { connectionString: string; startMs: number },
  ];
  console.log(JSON.stringify({ startMs: Math.round(startMs * 10) / 10 }));
  const client = new ServiceBusClient(connectionString);
  const measure = async () => {
    emulator.send('measure');
    const [usage] = (await once(emulator, 'message')) as [{ cpuUs: number; rssMb: number }];
    return { ...usage, clientCpuUs: cpuUs() };
  };
  let before = await measure();
  for (let round = 1; round <= ROUNDS; round += 1) {
    const messagesPerSecond = await endToEnd(client);
    const after = await measure();
    // CPU time per message is what a busy machine leaves comparable.
    const emulatorCpuUs = Math.round((after.cpuUs - before.cpuUs) / MESSAGES);
    const clientCpuUs = Math.round((after.clientCpuUs - before.clientCpuUs) / MESSAGES);
    const { rssMb } = after;
    console.log(JSON.stringify({ round, messagesPerSecond, emulatorCpuUs, clientCpuUs, rssMb }));
    before = after;
  }
  await client.close();
  emulator.kill();
}

void (process.argv[2] === 'emulator' ? runEmulator() : main());
