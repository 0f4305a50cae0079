import { postMcp, mcpContext, type McpPost } from './mcpContext';

const request = (method: string, params?: object) => ({ jsonrpc: '2.0', id: 1, method, params });
const initialize = (protocolVersion: string) =>
  request('initialize', {
    protocolVersion,
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  });
const LIST = request('tools/list');

describe('POST /api/mcp', () => {
  it.each([
    { asked: '2025-11-25', answered: '2025-11-25' },
    { asked: '2025-06-18', answered: '2025-06-18' },
    { asked: '2025-03-26', answered: '2025-03-26' },
    { asked: '2099-01-01', answered: '2025-11-25' },
    { asked: 'banana', answered: '2025-11-25' },
  ])('agrees on version $answered with a client of version $asked', async ({ asked, answered }) => {
    const { status, headers, body } = await postMcp(initialize(asked));

    expect(status).toBe(200);
    expect(headers['content-type']).toContain('application/json');
    expect(headers).not.toHaveProperty('mcp-session-id');
    expect(body.result).toMatchObject({
      protocolVersion: answered,
      serverInfo: { name: 'defender-enricher' },
    });
    expect(body.result?.['capabilities']).toEqual({ tools: {} });
  });

  it.each<{ title: string; message: unknown; post?: McpPost }>([
    { title: 'a ping', message: request('ping') },
    { title: 'a client that names no version', message: LIST },
    {
      title: 'one that names a version of before',
      message: LIST,
      post: { headers: { 'mcp-protocol-version': '2025-03-26' } },
    },
    {
      title: 'a client that was never heard of, in the middle of its session',
      message: LIST,
      post: { headers: { 'mcp-session-id': 'another', 'mcp-protocol-version': '2025-11-25' } },
    },
    {
      title: 'a page of this app',
      message: LIST,
      post: { headers: { origin: 'https://app.example' } },
    },
    {
      title: 'a charset that is named',
      message: LIST,
      post: { headers: { 'content-type': 'application/json; charset=utf-8' } },
    },
    { title: 'an id that is a text', message: { ...LIST, id: 'a-1' } },
  ])('answers $title', async ({ message, post }) => {
    const { status, body } = await postMcp(message, post);

    expect(status).toBe(200);
    expect(body).toHaveProperty('result');
  });

  it.each<{ title: string; message: unknown }>([
    {
      title: 'a notification',
      message: { jsonrpc: '2.0', method: 'notifications/initialized' },
    },
    {
      title: 'a notification of no known method',
      message: { jsonrpc: '2.0', method: 'notifications/banana' },
    },
    { title: 'a response', message: { jsonrpc: '2.0', id: 7, result: {} } },
  ])('takes $title without an answer', async ({ message }) => {
    const { status, text } = await postMcp(message);

    expect({ status, text }).toEqual({ status: 202, text: '' });
  });

  const PARSE_ERROR = -32_700;
  const INVALID_REQUEST = -32_600;
  const METHOD_NOT_FOUND = -32_601;
  const INVALID_PARAMS = -32_602;
  const OF_THE_TRANSPORT = -32_000;

  interface Refused {
    readonly title: string;
    readonly message: unknown;
    readonly headers?: Readonly<Record<string, string | null>>;
    readonly status: number;
    readonly code: number;
  }
  it.each<Refused>([
    { title: 'what is not JSON', message: '{"jsonrpc"', status: 400, code: PARSE_ERROR },
    { title: 'an empty body', message: '', status: 400, code: PARSE_ERROR },
    {
      title: 'what is not UTF-8, rather than look for what it is not',
      message: Buffer.from(JSON.stringify(request('ping', { host: 'h\xff' })), 'latin1'),
      status: 400,
      code: PARSE_ERROR,
    },
    {
      title: 'a key that stands twice, rather than leave out what the first one asks for',
      message: JSON.stringify(
        request('tools/call', {
          name: 'enrich_indicators',
          arguments: { indicators: ['10.1.2.3'], twice: ['10.1.2.4'] },
        }),
      ).replace('twice', 'indicators'),
      status: 400,
      code: INVALID_REQUEST,
    },
    { title: 'JSON that is no message', message: { a: 1 }, status: 400, code: PARSE_ERROR },
    {
      title: 'another version of JSON-RPC',
      message: { ...LIST, jsonrpc: '1.0' },
      status: 400,
      code: PARSE_ERROR,
    },
    {
      title: 'an id that is null',
      message: { ...LIST, id: null },
      status: 400,
      code: PARSE_ERROR,
    },
    { title: 'a batch', message: [LIST, LIST], status: 400, code: INVALID_REQUEST },
    { title: 'an empty batch', message: [], status: 400, code: INVALID_REQUEST },
    {
      title: 'an unknown method',
      message: request('banana'),
      status: 200,
      code: METHOD_NOT_FOUND,
    },
    {
      title: 'a method of what it does not offer',
      message: request('resources/list'),
      status: 200,
      code: METHOD_NOT_FOUND,
    },
    {
      title: 'an unknown tool',
      message: request('tools/call', { name: 'isolate_machine', arguments: {} }),
      status: 200,
      code: INVALID_PARAMS,
    },
    {
      title: 'a call that names no tool',
      message: request('tools/call', { arguments: {} }),
      status: 200,
      code: INVALID_PARAMS,
    },
    {
      title: 'arguments that are a list',
      message: request('tools/call', { name: 'quota_status', arguments: [1] }),
      status: 200,
      code: INVALID_PARAMS,
    },
    {
      title: 'a version that it does not speak',
      message: LIST,
      headers: { 'mcp-protocol-version': '2099-01-01' },
      status: 400,
      code: OF_THE_TRANSPORT,
    },
    {
      title: 'a client that takes no event streams',
      message: LIST,
      headers: { accept: 'application/json' },
      status: 406,
      code: OF_THE_TRANSPORT,
    },
    {
      title: 'a client that does not say what it takes',
      message: LIST,
      headers: { accept: null },
      status: 406,
      code: OF_THE_TRANSPORT,
    },
    {
      title: 'another content type',
      message: LIST,
      headers: { 'content-type': 'text/plain' },
      status: 415,
      code: OF_THE_TRANSPORT,
    },
    {
      title: 'no content type',
      message: LIST,
      headers: { 'content-type': null },
      status: 415,
      code: OF_THE_TRANSPORT,
    },
  ])('refuses $title, in the words of the protocol', async ({ message, headers, ...refusal }) => {
    const { status, body } = await postMcp(message, headers ? { headers } : {});

    expect(refusal).toMatchObject({ status, code: body.error?.code });
  });

  it.each<{ title: string; post: McpPost; message?: unknown; status: number; code: string }>([
    { title: 'GET', post: { method: 'GET' }, status: 405, code: 'request.methodNotAllowed' },
    { title: 'DELETE', post: { method: 'DELETE' }, status: 405, code: 'request.methodNotAllowed' },
    {
      title: 'a body of more than 256 KB',
      post: {},
      message: { ...LIST, params: { _meta: { padding: 'x'.repeat(256 * 1024) } } },
      status: 413,
      code: 'request.tooLarge',
    },
    {
      title: 'a page of another site',
      post: { headers: { origin: 'https://evil.example' } },
      status: 403,
      code: 'request.foreignOrigin',
    },
    {
      title: 'a page of no site',
      post: { headers: { origin: 'null' } },
      status: 403,
      code: 'request.foreignOrigin',
    },
    {
      title: 'another charset',
      post: { headers: { 'content-type': 'application/json; charset=iso-8859-1' } },
      status: 415,
      code: 'request.unsupportedEncoding',
    },
  ])('refuses $title as every route would', async ({ post, message = LIST, ...refusal }) => {
    const { status, headers, body } = await postMcp(message, post);

    expect(refusal).toMatchObject({ status, code: body.code });
    expect(headers['content-type']).toContain('application/problem+json');
    if (status === 405) expect(headers['allow']).toBe('POST');
  });

  it('reads numbers as they are written, however long', async () => {
    const asked: string[] = [];
    const context = mcpContext({
      answerAll: (siem) => {
        asked.push(...siem.indicators.map(({ text }) => text));
        return Promise.reject(new Error('enough'));
      },
    });
    const params =
      '{"name":"enrich_indicators","arguments":{"indicators":[{"alertId":636688558380765161}]}}';

    await postMcp(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`, { context });

    expect(asked).toEqual(['636688558380765161']);
  });
});
