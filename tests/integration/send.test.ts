import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { HostProcess } from '../../local/start/HostProcess';
import { FREE_PORTS, startEmulators, type Emulators } from '../../local/start/startEmulators';
import { runCommand } from '../support/runCommand';

describe('npm run send', () => {
  let folder: string;
  let emulators: Emulators;
  let host: HostProcess;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'send-'));
    emulators = await startEmulators({ ports: FREE_PORTS });
    host = HostProcess.spawn({
      appRoot: resolve(__dirname, '..', '..'),
      port: 0,
      inspectPort: null,
      settings: emulators.settings,
      onOutput: () => undefined,
    });
    await host.ready();
  });
  afterAll(async () => {
    await host.stop();
    await emulators.close();
    rmSync(folder, { recursive: true });
  });

  const run = (...args: readonly string[]) => {
    const settings = { ...emulators.settings, PUBLIC_BASE_URL: 'https://soc.example' };
    return runCommand('send/main.js', args, { folder, settings });
  };

  async function send(text: string, ...args: readonly string[]) {
    writeFileSync(join(folder, 'message.json'), text);
    const result = await run('message.json', '--json', ...args);
    const { messages } = JSON.parse(result.output) as {
      messages: {
        isComplete: boolean;
        records: object[];
        requestRecords: object[];
        quarantined: object[];
      }[];
    };
    return { code: result.ended, message: messages[0] };
  }

  it('prints every record of the message in full, and leaves it on the queue', async () => {
    const text = '{"id":"E-1","indicators":[{"ip":"10.1.2.3"},{"ip":"127.0.0.1"}]}';

    const first = await send(text);
    const again = await send(text);

    expect(first.code).toBe(0);
    expect(first.message?.records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ outcome: 'found', evidence: expect.any(Array) as unknown }),
        expect.objectContaining({ outcome: 'invalid' }),
      ]),
    );
    expect(first.message?.requestRecords).toMatchObject([
      { status: 'completed', request: { of: 2, done: 2 } },
    ]);
    // The same event is answered once: by the records that still lie there.
    expect(again.message?.records).toEqual(first.message?.records);
    expect(again.message?.requestRecords).toEqual(first.message?.requestRecords);
  });

  it('prints the entry in quarantine of a message that cannot be read', async () => {
    const { code, message } = await send('{"ip":');

    expect(code).toBe(1);
    expect(message).toMatchObject({
      isComplete: true,
      records: [],
      quarantined: [{ reason: { code: 'message.notJson' } }],
    });
  });

  it('says so when the consumer has taken the record from the queue', async () => {
    const text = '{"id":"E-2","ip":"10.1.2.3"}';
    await send(text);
    const client = new ServiceBusClient(emulators.serviceBus.connectionString);
    const consumer = client.createReceiver('enriched-machines', {
      receiveMode: 'receiveAndDelete',
    });
    await consumer.receiveMessages(100, { maxWaitTimeInMs: 1_000 });
    await client.close();

    const { ended, errors } = await run('message.json', '--wait', '1');

    expect(ended).toBe(1);
    expect(errors).toContain('0 of 1 lookups answered');
    expect(errors).toContain('consumer has taken it from enriched-machines');
    expect(errors).toMatch(
      /r_\w+ as a whole: completed, 1 of 1, 1 found, 1 machine, .*none to act on/,
    );
  });

  it.each([{ args: ['none.json'] }, { args: [] }])(
    'refuses $args and sends nothing',
    async ({ args }) => {
      const { ended, output } = await run(...args);

      expect({ ended, output }).toEqual({ ended: 2, output: '' });
    },
  );

  it('says that the app has not taken the message, which waits on its queue', async () => {
    await host.stop();
    writeFileSync(join(folder, 'message.json'), '{"id":"E-3","ip":"10.1.2.3"}');

    const { ended, errors } = await run('message.json', '--wait', '0');

    expect(ended).toBe(1);
    expect(errors).toMatch(/0 of 1 lookups answered(?:.*\n)+.*r_\w+ is not known yet/);
  });
});
