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
 * @throws Error for cookies, which the local host does not support.
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
  response.statusCode = Number(http.statusCode);
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value);
  response.end(Buffer.from(http.body?.bytes ?? []));
}

/** The whole body, or undefined once it is longer than `limit` bytes. */
export async function readBody(
  request: IncomingMessage,
  limit: number,
): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length']) > limit) return undefined;
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
