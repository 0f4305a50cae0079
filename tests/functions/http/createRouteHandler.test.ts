import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { createRouteHandler } from '../../../functions/http/createRouteHandler';
import { HttpProblem } from '../../../functions/http/HttpProblem';
import type { Route, RouteRequest } from '../../../functions/http/Route';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { RecordingLogger } from '../../shared/telemetry/RecordingLogger';

type Seen = RouteRequest<{ top?: string | undefined }, { a: string }>;

const route = {
  name: 'echo',
  path: 'echo',
  method: 'POST',
  auth: 'caller',
  query: z.strictObject({ top: z.string().optional() }),
  json: z.strictObject({ a: z.string() }),
} as const;

async function answer(
  request: { url?: string; body?: string; method?: string; headers?: Record<string, string> },
  handler: Route<Seen['query'], Seen['json']>['handler'] = () =>
    Promise.resolve({ status: 200, body: {} }),
  baseUrl: string | null = null,
) {
  const logger = new RecordingLogger();
  const handle = createRouteHandler(
    { ...route, handler },
    {
      authorize: (_request, _auth, work) => work(null),
      baseUrl,
      clock: { now: () => 5, sleep: () => Promise.resolve() },
      logger,
    },
  );
  const {
    url = 'http://localhost/api/echo',
    method = 'POST',
    body = '{"a":"b"}',
    headers,
  } = request;
  const init = { url, method, headers: headers ?? {}, body: { string: body } };
  const response = (await handle(
    new HttpRequest(init),
    new InvocationContext(),
  )) as HttpResponseInit;
  const problem = JSON.parse(response.body as string) as Record<string, unknown>;
  return { response, problem, logged: logger.lines };
}

describe('createRouteHandler()', () => {
  it('hands the handler what was checked', async () => {
    const seen: Seen[] = [];

    await answer({ url: 'http://localhost/api/echo?top=3&code=key&clientId=x' }, (request) => {
      seen.push(request);
      return Promise.resolve({ status: 200, body: {} });
    });

    expect(seen).toMatchObject([{ query: { top: '3' }, json: { a: 'b' }, receivedAt: 5 }]);
  });

  it.each([
    {
      title: 'storage',
      error: new StorageUnavailableError('read', 'AccountKey=secret'),
      status: 503,
    },
    {
      title: 'the broker',
      error: new BrokerUnreachableError('lookups', 'internal-host'),
      status: 503,
    },
    { title: 'something unexpected', error: new TypeError('secret at /home/app'), status: 500 },
  ])('tells nobody but the log why it failed: $title', async ({ error, status }) => {
    const { response, problem, logged } = await answer({}, () => Promise.reject(error));

    expect(response.status).toBe(status);
    expect(JSON.stringify(problem)).not.toMatch(/secret|internal-host|lookups/);
    const { correlationId } = problem;
    expect(logged).toMatchObject([
      { event: 'request.failed', fields: { cause: error.name, route: 'echo', correlationId } },
    ]);
  });

  it.each([
    {
      what: 'field',
      request: { body: JSON.stringify({ a: 'b', [`x\u202e\n${'y'.repeat(9_000)}`]: 1 }) },
    },
    { what: 'parameter', request: { url: `http://localhost/api/echo?x%0a${'y'.repeat(9_000)}=1` } },
  ])('repeats no more than a line of the name of an unknown $what', async ({ what, request }) => {
    const { response, problem } = await answer(request);

    expect(problem).toMatchObject({
      status: 400,
      [what]: expect.stringMatching(/^x y{250}/) as string,
    });
    expect(JSON.stringify(response.body).length).toBeLessThan(1_500);
  });

  it('answers 411 for a body sent in chunks, of which the platform hands on nothing', async () => {
    const headers = { 'transfer-encoding': 'chunked' };

    const { problem } = await answer({ headers, body: '' });

    expect(problem).toMatchObject({
      status: 411,
      code: 'request.lengthRequired',
      title: 'Length Required',
      detail: expect.stringContaining('Content-Length') as string,
    });
  });

  it.each([
    { headers: { 'content-encoding': 'gzip' }, says: /encoded as gzip/ },
    { headers: { 'content-encoding': 'identity, br' }, says: /encoded as identity, br/ },
    { headers: { 'content-type': 'application/json; charset=iso-8859-1' }, says: /iso-8859-1/ },
    { headers: { 'content-type': 'application/json;charset="UTF-16"' }, says: /UTF-16/ },
  ])('answers 415 for a body that is not plain UTF-8: $headers', async ({ headers, says }) => {
    const { response, problem } = await answer({ headers });

    expect(problem).toMatchObject({
      status: 415,
      code: 'request.unsupportedEncoding',
      title: 'Unsupported Media Type',
      detail: expect.stringMatching(says) as string,
    });
    expect(response.headers).toMatchObject({ 'accept-encoding': 'identity' });
  });

  it.each([
    { 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'identity' },
    { 'content-type': 'application/json; Charset="UTF-8"' },
    { 'content-type': 'application/json' },
    { 'content-type': 'text/plain; charset=us-ascii', 'content-encoding': '' },
  ])('reads a body in UTF-8: %j', async (headers) => {
    expect((await answer({ headers })).response.status).toBe(200);
  });

  it('names a body in UTF-16, whatever its headers say', async () => {
    const { problem } = await answer({ body: Buffer.from('{"a":"b"}', 'utf16le').toString() });

    expect(problem).toMatchObject({
      status: 400,
      code: 'request.notJson',
      detail: 'The body is UTF-16. Send JSON in UTF-8.',
    });
  });

  it('writes a Retry-After of at least a second', async () => {
    const options = { status: 429, code: 'a.b', detail: 'Later.', retryAfterMs: -50 };

    const { response, problem } = await answer({}, () => Promise.reject(new HttpProblem(options)));

    expect(response.headers).toMatchObject({ 'retry-after': '1' });
    expect(problem).toMatchObject({ status: 429, code: 'a.b', retryAfterSeconds: 1 });
  });

  it('does not echo a correlation id that could be more than one', async () => {
    const { response } = await answer({ headers: { 'x-correlation-id': 'a, b' } });

    expect(response.headers).toMatchObject({
      'x-correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  });

  it.each([
    { host: 'localhost:7071', known: null, expected: 'http://localhost:7071' },
    { host: 'a.azurewebsites.net', known: 'https://public', expected: 'https://public' },
    { host: 'evil.example', known: 'https://public', expected: 'https://public' },
    { host: 'localhost', known: 'https://public', expected: 'https://public' },
  ])('makes addresses of $expected when asked at $host', async ({ host, known, expected }) => {
    const bases: string[] = [];

    await answer(
      { url: `http://${host}/api/echo` },
      ({ baseUrl }) => {
        bases.push(baseUrl());
        return Promise.resolve({ status: 200, body: {} });
      },
      known,
    );

    expect(bases).toEqual([expected]);
  });

  it('refuses to make addresses of a host that nobody vouches for', async () => {
    const { problem } = await answer({ url: 'http://evil.example/api/echo' }, ({ baseUrl }) =>
      Promise.resolve({ status: 200, body: { at: baseUrl() } }),
    );

    expect(problem).toMatchObject({ status: 400, code: 'request.unknownHost' });
  });
});
