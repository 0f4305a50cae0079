import type { RequestListener, ServerResponse } from 'node:http';
import { format, inspect } from 'node:util';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { createHttpTransport } from '../../../shared/http/createHttpTransport';
import { HttpError } from '../../../shared/http/HttpError';
import type { HttpRequest } from '../../../shared/http/HttpTransport';
import { startTestServer, type TestServer } from './startTestServer';

const MAX_BYTES = 64 * 1024;
const token = 'planted-token-e2b1';

let server: TestServer;
let transport: ReturnType<typeof createHttpTransport>;

async function serve(listener: RequestListener): Promise<void> {
  server = await startTestServer(listener);
}

function get(path: string, overrides: Partial<HttpRequest> = {}) {
  return transport.get({
    url: new URL(`${server.origin}${path}`),
    headers: { authorization: `Bearer ${token}` },
    timeoutMs: 5_000,
    maxBytes: MAX_BYTES,
    ...overrides,
  });
}

async function failureOf(promise: Promise<unknown>): Promise<HttpError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof HttpError) return error;
  throw new Error('the request did not fail as expected', { cause: error });
}

const send =
  (status: number, headers: Record<string, string>, body: Buffer | string = '') =>
  (_: unknown, response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
  };

beforeEach(() => {
  transport = createHttpTransport();
});

afterEach(async () => {
  transport.close();
  await server.close();
});

describe('HttpTransport.get()', () => {
  it('sends the URL as it is', async () => {
    await serve(send(200, {}, '{}'));
    const path = `/api/machines/findbyip(ip='10.0.0.1',timestamp=2026-11-20T08:15:00Z)?$filter=a%20eq%20%27b%27%27%26%27`;

    await get(path);

    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET ${path}`]);
  });

  it('gives status, headers in lower case and body, whatever the status', async () => {
    await serve(send(503, { 'Retry-After': '7' }, '<html>'));

    const response = await get('/');

    expect(response).toMatchObject({
      status: 503,
      headers: { 'retry-after': '7' },
      body: '<html>',
    });
  });

  it('sends one call after the other through the same connection', async () => {
    await serve(send(200, {}, '{}'));

    await get('/1');
    await get('/2');

    expect(server.connections()).toBe(1);
  });

  it.each([
    { encoding: 'gzip', encode: gzipSync },
    { encoding: 'deflate', encode: deflateSync },
    { encoding: 'deflate', encode: deflateRawSync },
    { encoding: 'br', encode: brotliCompressSync },
  ])('decodes $encoding ($encode.name)', async ({ encoding, encode }) => {
    await serve(send(200, { 'content-encoding': encoding }, encode('{"ä":1}')));

    const { body } = await get('/');

    expect(body).toBe('{"ä":1}');
  });

  it.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    const target = await startTestServer(send(200, {}, '{}'));
    await serve(send(status, { location: `${target.origin}/steal` }));

    const response = await get('/');

    expect(response.status).toBe(status);
    expect(target.requests).toEqual([]);
    await target.close();
  });

  it('ignores proxy settings of the environment', async () => {
    const proxy = await startTestServer(send(200, {}, 'proxied'));
    await serve(send(200, {}, 'direct'));
    const names = [
      'HTTP_PROXY',
      'http_proxy',
      'HTTPS_PROXY',
      'https_proxy',
      'ALL_PROXY',
      'all_proxy',
    ];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = proxy.origin;

    const { body } = await get('/').finally(() => {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    });

    expect(body).toBe('direct');
    expect(proxy.requests).toEqual([]);
    await proxy.close();
  });

  it.each([
    {
      property: 'proxy',
      pollute: (origin: string) => ({ host: '127.0.0.1', port: new URL(origin).port }),
    },
    { property: 'baseURL', pollute: (origin: string) => origin },
    { property: 'socketPath', pollute: () => '/nowhere.sock' },
    { property: 'transport', pollute: () => ({ request: () => undefined }) },
    { property: 'auth', pollute: () => ({ username: 'mallory', password: 'x' }) },
  ])('is not swayed by a polluted prototype: $property', async ({ property, pollute }) => {
    const attacker = await startTestServer(send(200, {}, 'stolen'));
    await serve(send(200, {}, 'direct'));
    Object.defineProperty(Object.prototype, property, {
      value: pollute(attacker.origin),
      configurable: true,
    });

    const { body } = await get('/').finally(() =>
      Reflect.deleteProperty(Object.prototype, property),
    );

    expect(body).toBe('direct');
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(attacker.requests).toEqual([]);
    await attacker.close();
  });

  it('never undoes more than one encoding', async () => {
    const chained = gzipSync(gzipSync('{}'));
    await serve(send(200, { 'content-encoding': 'gzip, gzip' }, chained));

    const { body } = await get('/');

    expect(body).not.toBe('{}');
  });
});

describe('HttpTransport.get() without a whole answer', () => {
  const endless = (response: ServerResponse, write: () => void) => {
    const timer = setInterval(write, 5);
    response.on('close', () => {
      clearInterval(timer);
    });
  };

  it.each<{ what: string; failure: string; timeoutMs?: number; listener: RequestListener }>([
    {
      what: 'a body over the limit, announced',
      failure: 'tooLarge',
      listener: send(200, { 'content-length': String(MAX_BYTES + 1) }, 'x'.repeat(MAX_BYTES + 1)),
    },
    {
      what: 'a body without an end',
      failure: 'tooLarge',
      listener: (_, response) => {
        endless(response.writeHead(200), () => response.write('x'.repeat(16_384)));
      },
    },
    {
      what: 'a gzip bomb',
      failure: 'tooLarge',
      listener: send(200, { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50_000_000))),
    },
    {
      what: 'a deflate bomb',
      failure: 'tooLarge',
      listener: send(200, { 'content-encoding': 'deflate' }, deflateSync(Buffer.alloc(50_000_000))),
    },
    {
      what: 'a brotli bomb',
      failure: 'tooLarge',
      listener: send(
        200,
        { 'content-encoding': 'br' },
        brotliCompressSync(Buffer.alloc(50_000_000)),
      ),
    },
    {
      what: 'no answer at all',
      failure: 'timeout',
      timeoutMs: 60,
      listener: () => undefined,
    },
    {
      what: 'a body that drips',
      failure: 'timeout',
      timeoutMs: 60,
      listener: (_, response) => {
        endless(response.writeHead(200), () => response.write(' '));
      },
    },
    {
      what: 'a body shorter than announced',
      failure: 'ERR_BAD_RESPONSE',
      listener: (_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"value":[', () => response.destroy());
      },
    },
    {
      what: 'a chunked body that breaks off',
      failure: 'ERR_BAD_RESPONSE',
      listener: (_, response) => {
        response.writeHead(200);
        response.write('{"value":[', () => response.destroy());
      },
    },
    {
      what: 'a body that is not gzip',
      failure: 'Z_DATA_ERROR',
      listener: send(200, { 'content-encoding': 'gzip' }, '{"value":[]}'),
    },
    {
      what: 'something that is not HTTP',
      failure: 'HPE_INVALID_CONSTANT',
      listener: (request) => {
        request.socket.end('SSH-2.0-OpenSSH_9.2\r\n');
      },
    },
    {
      what: 'a connection that is cut',
      failure: 'ECONNRESET',
      listener: (request) => request.socket.destroy(),
    },
    {
      what: 'headers without an end',
      failure: 'HPE_HEADER_OVERFLOW',
      listener: (request) => {
        request.socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`);
      },
    },
  ])('fails with $failure for $what', async ({ failure, listener, timeoutMs = 5_000 }) => {
    await serve(listener);

    const error = await failureOf(get('/api/machines?$filter=secret', { timeoutMs }));

    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'HttpError',
      code: 'http.noAnswer',
      method: 'GET',
      path: '/api/machines',
      failure,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('fails with ECONNREFUSED where nobody listens', async () => {
    await serve(() => undefined);
    await server.close();

    const { failure } = await failureOf(get('/'));

    expect(failure).toBe('ECONNREFUSED');
  });

  it("rejects with the signal's own reason when the caller aborts", async () => {
    const abort = new AbortController();
    const reason = new Error('deadline of the invocation');
    await serve(() => {
      abort.abort(reason);
    });

    await expect(get('/', { signal: abort.signal })).rejects.toBe(reason);
  });

  it('sends nothing when aborted before', async () => {
    await serve(send(200, {}, '{}'));

    await expect(get('/', { signal: AbortSignal.abort(new Error('late')) })).rejects.toThrow(
      'late',
    );
    expect(server.requests).toEqual([]);
  });

  it('leaves no trace of the token in its errors', async () => {
    await serve((request) => request.socket.destroy());

    const error = await failureOf(get('/'));

    const printed = [
      format(error),
      format('%o %O %j %s', error, error, error, error),
      inspect(new Error('outer', { cause: error }), { depth: null, showHidden: true }),
      JSON.stringify(error),
      error.stack,
    ].join('\n');
    expect(printed).toContain('ECONNRESET');
    expect(printed).not.toContain(token);
  });
});
