import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const REPOSITORY = join(__dirname, '../../..');

describe('local/host/main', () => {
  const cache = join(REPOSITORY, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const appRoot = mkdtempSync(join(cache, 'host-main-'));
  const children: ChildProcess[] = [];

  beforeAll(() => {
    writeFileSync(join(appRoot, 'package.json'), '{ "main": "app.cjs" }');
    writeFileSync(
      join(appRoot, 'host.json'),
      '{ "version": "2.0", "functionTimeout": "00:00:00.2" }',
    );
    writeFileSync(
      join(appRoot, 'local.settings.json'),
      '{ "Values": { "FROM_FILE": "file", "FROM_BOTH": "file", "EMPTY": "" } }',
    );
    writeFileSync(
      join(appRoot, 'app.cjs'),
      `const { app } = require('@azure/functions');
       console.log('printed while loading');
       const { FROM_FILE, FROM_BOTH, AZURE_FUNCTIONS_ENVIRONMENT } = process.env;
       const authLevel = 'function';
       app.get('env', { authLevel, handler: () => ({
         jsonBody: { FROM_FILE, FROM_BOTH, AZURE_FUNCTIONS_ENVIRONMENT, cwd: process.cwd() } }) });
       app.get('names', { handler: () => ({ jsonBody: Object.keys(process.env) }) });
       app.get('unhandled', { handler: () => { void Promise.reject(new Error('nobody catches this')); } });
       app.get('never', { handler: () => new Promise(() => {}) });
       app.hook.appTerminate(() => console.log('terminated'));`,
    );
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => {
    rmSync(appRoot, { recursive: true });
  });

  const run = (args: readonly string[]) => {
    const child = spawn(
      process.execPath,
      [
        '-r',
        join(REPOSITORY, 'tests/support/registerSwc.cjs'),
        join(REPOSITORY, 'local/host/main.ts'),
        ...args,
      ],
      {
        env: { PATH: process.env['PATH'], FROM_BOTH: 'environment' },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    children.push(child);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exited = once(child, 'close').then(([code]) => ({ code: code as number | null, output })); // as documented
    return { child, exited };
  };
  const start = async (...args: readonly string[]) => {
    const { child, exited } = run(['--app-root', appRoot, '--port', '0', ...args]);
    const [message] = (await once(child, 'message')) as [{ type: string; port: number }]; // as main.ts sends it
    const fetchRoute = (path: string) => fetch(`http://127.0.0.1:${message.port}${path}`);
    return { child, exited, message, fetchRoute };
  };

  it('tells its parent when it is ready, and ends with 0 on SIGTERM after the terminate hooks', async () => {
    const { child, exited, message, fetchRoute } = await start();
    const status = await fetchRoute('/admin/host/status');

    child.kill('SIGTERM');

    expect(message).toEqual({ type: 'ready', port: expect.any(Number) as number });
    expect(await status.json()).toMatchObject({ state: 'Running' });
    expect(await exited).toMatchObject({
      code: 0,
      output: expect.stringContaining('terminated') as string,
    });
  });

  it('says what to do when its port is taken, without a stack', async () => {
    const { message } = await start();

    const { exited } = run(['--app-root', appRoot, '--port', String(message.port)]);

    const { code, output } = await exited;
    expect(code).toBe(1);
    expect(output).toContain(`Port ${message.port} is in use. Stop what uses it`);
    expect(output).not.toContain('    at ');
  });

  it('gives the app its settings, the environment before local.settings.json', async () => {
    const { child, exited, fetchRoute } = await start('--function-key', 'k1', '--master-key', 'k2');

    const refused = await fetchRoute('/api/env');
    const response = await fetchRoute('/api/env?code=k1');

    expect(refused.status).toBe(401);
    expect(await response.json()).toEqual({
      FROM_FILE: 'file',
      FROM_BOTH: 'environment',
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      cwd: appRoot,
    });
    child.kill('SIGINT');
    expect((await exited).code).toBe(0);
  });

  it('drops settings without a value, as Flex Consumption does', async () => {
    const { fetchRoute } = await start('--no-auth');

    const response = await fetchRoute('/api/names');

    const names = (await response.json()) as string[]; // as the app above answers
    expect(names).toContain('FROM_FILE');
    expect(names).not.toContain('EMPTY');
  });

  it.each([
    { args: [], isPrinted: true },
    { args: ['--from-placeholder'], isPrinted: false },
  ])('prints what the app prints while it loads: $isPrinted with $args', async (row) => {
    const { child, exited } = await start(...row.args);

    child.kill('SIGTERM');

    const { output } = await exited;
    expect(output.includes('printed while loading')).toBe(row.isPrinted);
    expect(output).toContain('terminated');
  });

  it('does not outlive its parent', async () => {
    const { child } = await start();
    const exited = once(child, 'exit'); // A child that was disconnected never emits `close`.

    child.disconnect();

    expect(await exited).toEqual([0, null]);
  });

  it.each([
    { path: '/api/unhandled', why: 'a rejection nobody handles', output: 'nobody catches this' },
    {
      path: '/api/never',
      why: 'an invocation that ran into functionTimeout',
      output: 'ran longer than 200 ms',
    },
  ])('ends with 1 after $why, as the worker does', async ({ path, output }) => {
    const { exited, fetchRoute } = await start('--no-auth');

    await fetchRoute(path).catch(() => undefined);

    expect(await exited).toMatchObject({
      code: 1,
      output: expect.stringContaining(output) as string,
    });
  });

  it.each([
    { args: ['--help'], code: 0, output: '--app-root DIR' },
    { args: ['--port', 'x'], code: 1, output: '--port must be a port number, not "x"' },
    { args: ['--nope'], code: 1, output: "Unknown option '--nope'" },
    { args: ['--app-root', '/nowhere'], code: 1, output: '/nowhere' },
  ])('ends with $code for $args', async ({ args, code, output }) => {
    const { exited } = run(args);

    expect(await exited).toMatchObject({ code, output: expect.stringContaining(output) as string });
  });
});
