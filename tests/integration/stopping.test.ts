import { execFileSync, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = resolve(__dirname, '..', '..');
const EMULATOR_PORTS = ['--servicebus-port=0', '--defender-port=0', '--storage-port=0'];
const STOP_WITHIN_MS = 8_000;

describe('Whoever ends npm ends all that it started', () => {
  const started = new Set<number>();
  afterEach(() => {
    for (const pid of started) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    started.clear();
  });

  it.each([
    { command: 'start', args: ['--port=0', ...EMULATOR_PORTS, '--no-samples'], ready: 'stays up' },
    { command: 'emulators', args: EMULATOR_PORTS, ready: 'stays up' },
    { command: 'host', args: ['--port=0'], ready: 'Host is running on' },
  ])('npm run $command', async ({ command, args, ready }) => {
    const npm = spawn('npm', ['run', command, '--', ...args], { cwd: ROOT });
    let output = '';
    for (const stream of [npm.stdout, npm.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    while (!output.includes(ready)) {
      if (npm.exitCode !== null) throw new Error(`It ended before:\n${output}`);
      await sleep(50);
    }
    const pids = [npm.pid ?? 0, ...descendantsOf(npm.pid ?? 0)];
    for (const pid of pids) started.add(pid);

    npm.kill('SIGTERM');

    const signalledAt = Date.now();
    while (pids.some(isAlive) && Date.now() - signalledAt < STOP_WITHIN_MS) await sleep(50);
    expect(pids.length).toBeGreaterThan(1);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function descendantsOf(root: number): number[] {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = rows.split('\n').map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.filter(([, ppid]) => ppid === parent).flatMap(([pid = 0]) => [pid, ...below(pid)]);
  return below(root);
}
