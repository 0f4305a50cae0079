/** @jest-environment ./tests/local/host/NodeLoaderEnvironment.cjs */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { startFunctionsHost } from '../../../local/host/startFunctionsHost';
import type { TimerStatus } from '../../../local/host/TimerStatus';
import { EchoHost } from './EchoHost';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

jest.mock('node:module', () => (globalThis as { nodeModule?: object }).nodeModule); // set by the environment

const KEYS = { master: 'the-master-key', function: 'the-function-key' };

describe('startFunctionsHost(), HTTP', () => {
  let echo: EchoHost;
  beforeAll(async () => {
    echo = await EchoHost.start({ keys: KEYS });
  });
  afterAll(async () => {
    await echo.close();
  });

  it('hands the request on in the shape that the library builds its HttpRequest from', async () => {
    const response = await echo.fetch('/api/items/a%20b?x=1&x=2&empty=', {
      method: 'POST',
      headers: {
        'X-Custom': 'Yes',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
      body: '{"a":1}',
    });

    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      method: 'POST',
      url: `http://127.0.0.1:${echo.host.port}/api/items/a%20b?x=1&x=2&empty=`,
      params: { id: 'a b' },
      query: { x: '1,2', empty: '' },
      headers: { 'x-custom': 'Yes' },
      body: '{"a":1}',
      traceParent: expect.stringMatching(
        /^00-0af7651916cd43dd8448eb211c80319c-\w{16}-01$/,
      ) as string,
      triggerMetadata: null,
    });
  });

  it('passes bytes through unharmed in both directions', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x80, 0x0a]);

    const response = await echo.fetch('/api/bytes', { method: 'POST', body: bytes });

    expect(response.status).toBe(201);
    expect(response.headers.get('x-answer')).toBe('yes');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(bytes).reverse());
  });

  it.each([
    { path: '/api/nothing', status: 204, why: 'returns nothing' },
    { path: '/api/throws-undefined', status: 204, why: 'throws undefined' },
    { path: '/api/fails', status: 500, why: 'throws' },
    { path: '/api/text', status: 500, why: 'returns no response object' },
    { path: '/api/cookies', status: 500, why: 'sets a cookie, which is not supported' },
    { path: '/api/unknown', status: 404, why: 'is not registered' },
    { path: '/other', status: 404, why: 'lies outside the route prefix' },
    { path: '/api/bytes', status: 404, why: 'is not registered for GET' },
  ])('answers $status without a body for $path, which $why', async ({ path, status }) => {
    const response = await echo.fetch(path);

    expect(response.status).toBe(status);
    expect(await response.text()).toBe('');
  });

  it.each(['not a host', '[::1'])('answers 400 to Host "%s", which makes no URL', async (host) => {
    const request = httpRequest({ port: echo.host.port, path: '/api/items/1', headers: { host } });

    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage]; // as documented

    expect(response.statusCode).toBe(400);
    request.destroy();
  });

  it('hands no body on that came in chunks, without a length', async () => {
    const request = httpRequest({ port: echo.host.port, path: '/api/items/1', method: 'POST' });

    request.write('{"a":1}'); // Before the end is known, so Node sends it in chunks.
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage]; // as documented

    expect(await json(response)).toMatchObject({
      headers: { 'transfer-encoding': 'chunked' },
      body: null,
    });
  });

  it('answers 413 to more than 100 MB', async () => {
    const request = httpRequest({
      port: echo.host.port,
      path: '/api/bytes',
      method: 'POST',
      headers: { 'content-length': 100 * 1024 * 1024 + 1 },
    });

    request.flushHeaders();
    const [response] = (await once(request, 'response')) as [IncomingMessage]; // as documented

    expect(response.statusCode).toBe(413);
    request.destroy();
  });

  it('logs why an invocation failed', async () => {
    await echo.fetch('/api/fails');

    expect(echo.logs).toContainEqual({
      level: 'error',
      category: 'system',
      functionName: 'fails',
      invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      message: expect.stringMatching(
        /^Executed \(Failed\): Error: secret detail\n\s+at /,
      ) as string,
    });
  });

  it.each([
    { path: '/api/locked', key: undefined, status: 401 },
    { path: '/api/locked', key: 'wrong', status: 401 },
    { path: '/api/locked', key: KEYS.function, status: 200 },
    { path: '/api/locked', key: KEYS.master, status: 200 },
    { path: '/api/locked-admin', key: KEYS.function, status: 401 },
    { path: '/api/locked-admin', key: KEYS.master, status: 200 },
    { path: '/admin/functions', key: KEYS.function, status: 401 },
    { path: '/admin/functions', key: KEYS.master, status: 200 },
    { path: '/admin/host/status', key: undefined, status: 200 },
  ])('answers $status to $path with key $key, as header and as ?code=', async (row) => {
    const { path, key, status } = row;

    const byHeader = await echo.fetch(path, { headers: key ? { 'x-functions-key': key } : {} });
    const byQuery = await echo.fetch(path + (key ? `?code=${key}` : ''));

    expect([byHeader.status, byQuery.status]).toEqual([status, status]);
  });
});

describe('startFunctionsHost(), /admin', () => {
  let echo: EchoHost;
  beforeAll(async () => {
    echo = await EchoHost.start();
  });
  afterAll(async () => {
    await echo.close();
  });
  const post = (name: string, body: string) =>
    echo.fetch(`/admin/functions/${name}`, { method: 'POST', body });

  it('says that it is running', async () => {
    const response = await echo.fetch('/admin/host/status');

    expect(await response.json()).toMatchObject({ state: 'Running' });
  });

  it('lists what the app registered, as it registered it', async () => {
    const functions = (await (await echo.fetch('/admin/functions')).json()) as object[];

    expect(functions).toHaveLength(echo.host.functions.length);
    expect(functions).toContainEqual({
      name: 'binary-queue',
      language: 'node',
      isDisabled: false,
      config: {
        bindings: [
          expect.objectContaining({
            type: 'serviceBusTrigger',
            direction: 'in',
            queueName: '%BINARY_QUEUE%',
            connection: 'Broker',
            dataType: 'binary',
          }),
        ],
      },
    });
    expect(functions).toContainEqual(expect.objectContaining({ name: 'off', isDisabled: true }));
  });

  it('lets everybody in where there are no keys, as `func start` does', async () => {
    expect((await echo.fetch('/api/locked-admin')).status).toBe(200);
  });

  it('fires a timer', async () => {
    const response = await post('tick', '{}');

    expect(response.status).toBe(202);
    const [timer = ''] = await echo.untilLogged('tick');
    expect(JSON.parse(timer)).toMatchObject({ isPastDue: false, schedule: { adjustForDST: true } });
  });

  it('hands a queue function the input as body, without a broker', async () => {
    const response = await post('text-queue', '{"input": "{\\"orderId\\":\\"00123\\"}"}');

    expect(response.status).toBe(202);
    const [seen] = await echo.untilSeen('text-queue');
    expect(seen?.body).toEqual({ orderId: '00123' });
    expect(seen?.metadata).toMatchObject({
      deliveryCount: 0,
      sequenceNumber: -1,
      enqueuedTimeUtc: '0001-01-01T00:00:00',
    });
  });

  it.each([
    { name: 'missing', body: '{}', status: 404 },
    { name: 'item', body: '{}', status: 400 },
    { name: 'tick', body: 'not json', status: 400 },
    { name: 'tick', body: '{"input": 1}', status: 400 },
  ])('answers $status to $name with $body', async ({ name, body, status }) => {
    expect((await post(name, body)).status).toBe(status);
  });
});

describe('startFunctionsHost(), life', () => {
  let echo: EchoHost;
  afterEach(async () => {
    await echo.close();
  });

  it('runs the hooks of the app, of invocations and of the log', async () => {
    echo = await EchoHost.start();
    await echo.fetch('/api/fails');

    await echo.close();

    expect(echo.logs.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['hook appStart', 'post pre *** leaked', 'hook appTerminate']),
    );
  });

  it('close() waits for what runs and takes nothing new', async () => {
    echo = await EchoHost.start();
    const running = echo.fetch('/api/held/1', { method: 'POST' });
    await echo.untilLogged('held');

    const closed = echo.close();
    const refused = echo.fetch('/api/items/1').catch(() => 'refused');
    const released = await echo.host.invokeTimer('release-held').then(() => running);
    await closed;

    expect(released.status).toBe(200);
    expect(await refused).toBe('refused');
  });

  it('fires timers at their schedule, at start where asked to, and not when disabled', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 10, 21, 8, 15, 3));
    echo = await EchoHost.start({ clock });
    await echo.untilLogged('at-start');
    const untilFirstMs = 117_000; // 08:15:03 → 08:20:00, less the three minutes that pass at once.

    clock.jump(180_000);
    await clock.untilPendingIn(untilFirstMs);
    clock.jump(untilFirstMs);
    const [first = ''] = await echo.untilLogged('tick');
    await clock.untilPendingIn(300_000);
    clock.jump(300_000);
    const [, second = ''] = await echo.untilLogged('tick', 2);

    expect(JSON.parse(first)).toMatchObject({
      isPastDue: false,
      scheduleStatus: { last: '0001-01-01T00:00:00', next: '2026-11-21T08:20:00.000Z' },
    });
    expect(JSON.parse(second)).toMatchObject({
      scheduleStatus: { last: '2026-11-21T08:20:00.000Z', next: '2026-11-21T08:25:00.000Z' },
    });
    expect(echo.messagesOf('tick')).toHaveLength(2);
    expect(echo.messagesOf('off')).toEqual([]);
  });

  describe('the status of a timer', () => {
    const stored = new Map<string, TimerStatus>();
    const timerStatus = {
      read: (timer: string) => Promise.resolve(stored.get(timer) ?? null),
      write: (timer: string, status: TimerStatus) => {
        stored.set(timer, status);
        return Promise.resolve();
      },
    };
    const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);
    const neverRun = { lastAt: null, nextAt: at('08:20:00'), updatedAt: at('08:15:03') };
    const startAt = (time: string) =>
      EchoHost.start({ clock: new VirtualClock(at(time)), timerStatus });
    beforeEach(() => {
      stored.clear();
    });

    it('is stored by the first start, before the timer has ever run', async () => {
      echo = await startAt('08:15:03');
      await echo.untilLogged('at-start');

      expect(stored.get('tick')).toEqual(neverRun);
      expect(echo.messagesOf('tick')).toEqual([]);
    });

    it.each([
      {
        title: 'runs once at start, past due, when runs were missed',
        status: { lastAt: at('08:10:00'), nextAt: at('08:15:00'), updatedAt: at('08:10:00') },
        runs: [
          expect.objectContaining({
            isPastDue: true,
            scheduleStatus: expect.objectContaining({ next: '2026-11-21T08:15:00.000Z' }) as object,
          }),
        ],
        left: { lastAt: at('09:02:00'), nextAt: at('09:05:00'), updatedAt: at('09:02:00') },
      },
      {
        title: 'does not run at start when its next run is still to come',
        status: { lastAt: at('09:00:00'), nextAt: at('09:05:00'), updatedAt: at('09:00:00') },
        runs: [],
        left: { lastAt: at('09:00:00'), nextAt: at('09:05:00'), updatedAt: at('09:00:00') },
      },
      {
        title: 'has missed nothing when its schedule is a new one',
        status: { lastAt: at('08:10:00'), nextAt: at('08:40:00'), updatedAt: at('08:10:00') },
        runs: [],
        left: { lastAt: null, nextAt: at('09:05:00'), updatedAt: at('09:02:00') },
      },
    ])('a timer $title', async ({ status, runs, left }) => {
      stored.set('tick', status);

      echo = await startAt('09:02:00');
      await echo.untilLogged('at-start');
      await echo.host.invokeTimer('slow'); // Whatever was to run at start has begun before.
      await echo.close();

      expect(echo.messagesOf('tick').map((line) => JSON.parse(line) as unknown)).toEqual(runs);
      expect(stored.get('tick')).toEqual(left);
    });

    it('is none of the affairs of a run by hand', async () => {
      echo = await startAt('08:15:03');
      await echo.untilLogged('at-start');

      await echo.host.invokeTimer('tick');

      expect(stored.get('tick')).toEqual(neverRun);
    });

    it('stops no schedule when it can be neither read nor stored', async () => {
      const clock = new VirtualClock(at('08:15:03'));
      const refuse = () => Promise.reject(new Error('no storage'));
      echo = await EchoHost.start({ clock, timerStatus: { read: refuse, write: refuse } });
      await echo.untilLogged('at-start');

      await clock.untilPendingIn(297_000);
      clock.jump(297_000);
      await echo.untilLogged('tick');

      expect(echo.logs).toContainEqual({
        level: 'warning',
        category: 'system',
        message: expect.stringContaining('Timer "tick": its status cannot be stored.') as string,
      });
    });
  });

  it('invokeTimer() resolves when the run is done, and knows its timers', async () => {
    echo = await EchoHost.start();

    await echo.host.invokeTimer('tick');

    expect(echo.messagesOf('tick')).toHaveLength(1);
    await expect(echo.host.invokeTimer('item')).rejects.toThrow(RangeError);
  });

  it('never runs a timer twice at a time', async () => {
    echo = await EchoHost.start();

    await Promise.all([echo.host.invokeTimer('slow'), echo.host.invokeTimer('slow')]);

    expect(echo.messagesOf('slow')).toEqual(['begin', 'end', 'begin', 'end']);
  });

  it('fails an invocation at functionTimeout and tells the caller, who is to end the process', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 10, 21, 8, 15, 3));
    const onTimeout = jest.fn();
    echo = await EchoHost.start({ clock, onTimeout });
    await echo.until(() => echo.logs.some(({ message }) => message === 'Executed (Succeeded)'));
    const response = echo.fetch('/api/never');
    await clock.untilPendingIn(60_000);

    clock.jump(60_000);

    expect((await response).status).toBe(500);
    expect(onTimeout).toHaveBeenCalledWith(
      expect.objectContaining({ code: 'host.functionTimeout' }),
    );
  });
});

describe('startFunctionsHost(), what it refuses', () => {
  const cache = join(process.cwd(), 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const root = mkdtempSync(join(cache, 'host-app-'));
  afterAll(() => {
    rmSync(root, { recursive: true });
  });
  const start = async (source: string, main = 'app.cjs') => {
    writeFileSync(join(root, 'package.json'), JSON.stringify({ main }));
    writeFileSync(join(root, 'host.json'), '{ "version": "2.0" }');
    writeFileSync(
      join(root, 'app.cjs'),
      `const { app, output } = require('@azure/functions');${source}`,
    );
    return startFunctionsHost({ appRoot: root, port: 0, settings: {}, logger: () => undefined });
  };

  it.each([
    { source: 'throw new Error("broken entry");', message: 'broken entry' },
    {
      source: 'app.get("a", () => {}); app.get("a", () => {});',
      message: 'A function named "a" has already been registered.',
    },
    {
      source: 'app.storageQueue("a", { queueName: "q", connection: "c", handler() {} });',
      message: 'Function "a": ',
    },
    {
      source:
        'app.serviceBusQueue("a", { queueName: "q", connection: "c", cardinality: "many", handler() {} });',
      message: 'cardinality',
    },
    {
      source: 'app.serviceBusTopic("a", { topicName: "t", connection: "c", handler() {} });',
      message: 'a queue trigger is needed',
    },
    {
      source: 'app.serviceBusQueue("a", { queueName: "q", connection: "c", handler() {} });',
      message: 'Neither c nor c__fullyQualifiedNamespace is set.',
    },
    {
      source: 'app.serviceBusQueue("a", { queueName: "%Q%", connection: "c", handler() {} });',
      message: '"%Q%" does not resolve',
    },
    {
      source:
        'app.timer("a", { schedule: "0 0 0 * * *", handler() {}, return: output.storageQueue({ queueName: "q", connection: "c" }) });',
      message: 'the local host has no binding "$return"',
    },
    { source: 'app.timer("a", { schedule: "daily", handler() {} });', message: '"daily"' },
    { source: 'app.get("a", { route: "x-{b}", handler() {} });', message: 'x-{b}' },
  ])('fails with $message', async ({ source, message }) => {
    await expect(start(source)).rejects.toThrow(message);
  });

  it('fails when no file matches main', async () => {
    await expect(start('', 'dist/*.js')).rejects.toThrow('No file matches main "dist/*.js"');
  });

  it('starts again after a failed start', async () => {
    const host = await start('app.get("a", () => ({ body: "fine" }));');

    const response = await fetch(`http://127.0.0.1:${host.port}/api/a`);

    expect(await response.text()).toBe('fine');
    await host.close();
  });
});
