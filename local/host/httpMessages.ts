import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TriggerInput } from './FunctionInvoker';
import type { InvocationResponse, NullableString } from './ProgrammingModel';

/** An HTTP request in the wire shape that the host gives it; the body as bytes, left out when empty. */
export function toHttpInput(options: {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Buffer;
}): TriggerInput {
  const { request, url, params, body } = options;
  const traceId = /^00-([0-9a-f]{32})-/.exec(String(request.headers['traceparent']))?.[1];
  return {
    data: {
      http: {
        method: request.method ?? 'GET',
        url: url.href,
        nullableHeaders: nullable(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        ),
        nullableQuery: nullable([...joinRepeated(url.searchParams)]),
        nullableParams: nullable(Object.entries(params)),
        ...(body.length > 0 && { body: { bytes: body } }),
      },
    },
    metadata: {},
    ...(traceId !== undefined && { traceId }),
  };
}

/**
 * Writes a function's response; one that returned nothing answers 204, as the host does.
 *
 * @throws Error for what the local host cannot answer with (cookies, a status that is none).
 */
export function writeHttpResponse(response: ServerResponse, { returnValue }: InvocationResponse) {
  const http = returnValue?.http;
  if (!http) {
    response.writeHead(204).end();
    return;
  }
  if (http.cookies && http.cookies.length > 0) {
    throw new Error('The local host does not support `cookies` in responses.');
  }
  const body = Buffer.from(http.body?.bytes ?? http.body?.string ?? '');
  response.writeHead(Number(http.statusCode ?? 200), http.headers);
  response.end(body);
}

/** The whole body, or undefined once it is longer than `limit` bytes. */
export async function readBody(
  request: IncomingMessage,
  limit: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** ASP.NET hands repeated parameters on as one, joined by commas. */
function joinRepeated(query: URLSearchParams): ReadonlyMap<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of query) {
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return joined;
}

function nullable(entries: readonly (readonly [string, string])[]): Record<string, NullableString> {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]));
}
