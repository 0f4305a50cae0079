import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { findRunningStart } from '../../local/start/RunFolder';
import { runCommand } from '../support/runCommand';

const ROOT = resolve(__dirname, '..', '..');
const FREE_PORTS = ['port', 'servicebus-port', 'defender-port', 'storage-port'].map(
  (name) => `--${name}=0`,
);
const MESSAGE = join(ROOT, 'local', 'samples', 'my-message.json');
const STOP_WITHIN_MS = 5_000;

describe('npm start', () => {
  const running: ChildProcess[] = [];
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  it('starts as many hosts as asked for and says where they are', async () => {
    const { child, output } = run('start', ...FREE_PORTS, '--no-samples', '--instances', '2');
    await until(child, () => output().includes('stays up'));

    const hosts = hostsOf(output());
    const states = await Promise.all(hosts.map(stateOf));

    expect(states).toEqual(['Running', 'Running']);
  });

  it('shows what becomes of a message that npm run send finds it for', async () => {
    const { child, output } = run('start', ...FREE_PORTS, '--no-samples');
    await until(child, () => output().includes('stays up'));

    const sent = await runCommand('send/main.js', [MESSAGE]);

    expect(sent.ended).toBe(0);
    await until(child, () => /^10\.1\.2\.3, 1 of 2 .* found /m.test(output()));
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is found by other commands until it ends all within 5 s of %s, with code 0',
    async (signal) => {
      const { child, output } = run('start', ...FREE_PORTS, '--no-samples');
      await until(child, () => output().includes('stays up'));
      const found = findRunningStart(ROOT);

      const signalledAt = Date.now();
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];

      expect(code).toBe(0);
      expect(found).toMatchObject({ pid: child.pid, functions: hostsOf(output()) });
      expect(findRunningStart(ROOT)?.pid).not.toBe(child.pid);
      expect(Date.now() - signalledAt).toBeLessThan(STOP_WITHIN_MS);
      expect(await Promise.all(hostsOf(output()).map(stateOf))).toEqual(['gone']);
    },
  );

  it('leaves no host behind when it is killed', async () => {
    const { child, output } = run('start', ...FREE_PORTS, '--no-samples');
    await until(child, () => output().includes('stays up'));
    const [host = ''] = hostsOf(output());

    child.kill('SIGKILL');

    const killedAt = Date.now();
    while ((await stateOf(host)) !== 'gone') {
      if (Date.now() - killedAt > STOP_WITHIN_MS) throw new Error('The host is still there');
    }
  });

  it('lets a debugger in, and restarts the functions alone when a source has changed', async () => {
    const { child, output } = run('start', ...FREE_PORTS, '--no-samples', '--watch', '--inspect=0');
    await until(child, () => output().includes('stays up'));
    const [, inspector = ''] = /^Debugger +(\S+)$/m.exec(output()) ?? [];
    const [, control = ''] = /^Defender +(\S+)$/m.exec(output()) ?? [];
    const target = async () => {
      const answer = await fetch(`http://${inspector}/json/list`);
      return ((await answer.json()) as { readonly id: string }[])[0]?.id;
    };
    const before = await target();
    await fetch(`${control}/__control`, { method: 'POST', body: '{"churn":{"added":7}}' });

    // Nothing in it changes, but that cannot be known from outside.
    utimesSync(join(ROOT, 'host.json'), new Date(), new Date());
    await until(child, () => output().includes('run what has changed'));

    const state = (await (await fetch(`${control}/__control`)).json()) as { churn: object };
    expect(state.churn).toMatchObject({ added: 7 });
    expect(before).toEqual(expect.any(String));
    expect(await target()).not.toBe(before);
    expect(await Promise.all(hostsOf(output()).map(stateOf))).toEqual(['Running']);
  });

  it.each(['port', 'servicebus-port', 'defender-port', 'storage-port', 'inspect'])(
    'says what to do when --%s is taken',
    async (option) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo; // TCP

      const { child, output } = run('start', ...FREE_PORTS, `--${option}=${port}`);
      const [code] = (await once(child, 'close')) as [number | null];
      server.close();

      expect(code).toBe(1);
      expect(output()).toMatch(
        new RegExp(`^Port ${port} is in use\\..*--${option} \\(0 = any`, 'm'),
      );
    },
  );

  function run(command: 'start' | 'emulators', ...args: readonly string[]) {
    const child = spawn(process.execPath, [join(ROOT, 'dist', 'local', `${command}.js`), ...args]);
    running.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return { child, output: () => output };
  }

  it('emulators prints settings that can be pasted', async () => {
    const { child, output } = run('emulators', ...FREE_PORTS.slice(1));
    await until(child, () => output().includes('stays up'));

    const lines = [...output().matchAll(/^(\w+)="(.*)"$/gm)];
    const json = /^\{$[^]*?^\}$/m.exec(output())?.[0] ?? '';

    expect(JSON.parse(json)).toEqual({
      IsEncrypted: false,
      Values: {
        FUNCTIONS_WORKER_RUNTIME: 'node',
        ...Object.fromEntries(lines.map(([, name = '', value]) => [name, value])),
      },
    });
    expect(lines.map(([, name]) => name)).toEqual(
      expect.arrayContaining(['ServiceBusConnection', 'StateStorage', 'DEFENDER_API_BASE_URL']),
    );
  });
});

/** Resolves when what it has printed meets the condition. */
async function until(child: ChildProcess, condition: () => boolean): Promise<void> {
  while (!condition()) {
    if (child.exitCode !== null) throw new Error('It ended before');
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
  }
}

function hostsOf(output: string): string[] {
  return [...output.matchAll(/Functions \d+ +(http:\/\/127\.0\.0\.1:\d+)/g)].map(
    ([, origin = '']) => origin,
  );
}

async function stateOf(origin: string): Promise<string> {
  try {
    const response = await fetch(`${origin}/admin/host/status`);
    const { state } = (await response.json()) as { state: string }; // the host's own shape
    return state;
  } catch {
    return 'gone';
  }
}
