import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { runCommand } from '../support/runCommand';

const ROOT = resolve(__dirname, '..', '..');
const START = ['--no-samples', '--port=0', '--servicebus-port=0', '--defender-port=0'];

describe('npm run send, beside npm start', () => {
  let folder: string;
  let start: ChildProcess;
  let shown = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'send-'));
    const main = join(ROOT, 'dist', 'local', 'start.js');
    start = spawn(process.execPath, [main, ...START, '--storage-port=0'], { cwd: ROOT });
    start.stdout?.setEncoding('utf8').on('data', (text: string) => (shown += text));
    await until(() => shown.includes('stays up'));
    // A folder without settings of the developer's own, to which the run is known.
    const run = /^Logs +(.*)$/m.exec(shown)?.[1] ?? '';
    cpSync(join(ROOT, run), join(folder, 'dist', 'runs', basename(run)), { recursive: true });
  });
  afterAll(async () => {
    start.kill('SIGTERM');
    await once(start, 'exit');
    rmSync(folder, { recursive: true });
  });

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(start.stdout ?? start, 'data');
  }

  async function send(text: string, ...args: readonly string[]) {
    writeFileSync(join(folder, 'message.json'), text);
    const result = await runCommand('send/main.js', ['message.json', '--json', ...args], {
      folder,
    });
    const { messages } = JSON.parse(result.output) as {
      messages: { isComplete: boolean; records: object[]; quarantined: object[] }[];
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
    // The same event is answered once: by the records that still lie there.
    expect(again.message?.records).toEqual(first.message?.records);
    await until(() => shown.includes('10.1.2.3, 1 of 2 (E-1)'));
  });

  it('prints the entry in quarantine of a message that cannot be read', async () => {
    const { code, message } = await send('{"ip":');

    expect(code).toBe(1);
    expect(message).toMatchObject({
      isComplete: true,
      records: [],
      quarantined: [{ reason: { code: 'message.notJson' } }],
    });
    await until(() => shown.includes('message.notJson'));
  });

  it('says so when the consumer has taken the record from the queue', async () => {
    const text = '{"id":"E-2","ip":"10.1.2.3"}';
    await send(text);
    const connection = /Endpoint=\S+/.exec(shown)?.[0] ?? '';
    const client = new ServiceBusClient(connection);
    const consumer = client.createReceiver('enriched-machines', {
      receiveMode: 'receiveAndDelete',
    });
    await consumer.receiveMessages(100, { maxWaitTimeInMs: 1_000 });
    await client.close();

    const args = ['message.json', '--wait', '1'];
    const { ended, errors } = await runCommand('send/main.js', args, { folder });

    expect(ended).toBe(1);
    expect(errors).toContain('0 of 1 lookups answered');
    expect(errors).toMatch(/its consumer has taken it .*\n +http:\/\/127\.0\.0\.1:\d+\/api\/\S+r_/);
  });

  it.each([{ args: ['none.json'] }, { args: [] }])(
    'refuses $args and sends nothing',
    async ({ args }) => {
      const { ended, output } = await runCommand('send/main.js', args, { folder });

      expect({ ended, output }).toEqual({ ended: 2, output: '' });
    },
  );
});
