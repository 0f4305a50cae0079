import type { HttpRequest } from '@azure/functions';
import { printable } from '../../shared/http/printable';
import { parseExactJson } from '../../shared/json/parseExactJson';
import { decodeUtf8 } from '../../shared/text/decodeUtf8';
import { badRequest, HttpProblem } from './HttpProblem';
import { describeIssue } from './describeIssue';
import type { Route } from './Route';

const MAX_BODY_BYTES = 256 * 1024;
/** The platform's own parameters: the function key, and the key's name. */
const PLATFORM_PARAMETERS = new Set(['code', 'clientId']);
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;

/** @throws {HttpProblem} 400 naming the parameter that is unknown or malformed. */
export function readQuery<Query>(request: HttpRequest, { query }: Pick<Route<Query>, 'query'>) {
  const values = [...request.query].filter(([name]) => !PLATFORM_PARAMETERS.has(name));
  const parsed = query.safeParse(Object.fromEntries(values));
  if (parsed.success) return parsed.data;
  const { path, text } = describeIssue(parsed.error);
  const name = printable(path);
  throw badRequest('parameter', name, `Query parameter ${name}: ${text}.`);
}

/** @throws {HttpProblem} 413; 411: sent in chunks, of which the platform hands on nothing. */
export async function readBytes(request: HttpRequest): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.byteLength > MAX_BODY_BYTES) throw tooLarge();
  if (bytes.byteLength === 0 && request.headers.has('transfer-encoding')) throw lengthRequired();
  return bytes;
}

/** The host gives a worker no body without a length (azure-functions-host issues 4926, 7930; nodejs-worker 524). */
function lengthRequired(): HttpProblem {
  const detail =
    'The body came in chunks, which this platform does not hand on. Send it with a Content-Length.';
  return new HttpProblem({ status: 411, code: 'request.lengthRequired', detail });
}

function tooLarge(): HttpProblem {
  const detail = 'The body is larger than 256 KB.';
  return new HttpProblem({ status: 413, code: 'request.tooLarge', detail });
}

/**
 * @throws {HttpProblem} 415: compressed or in another charset; 400: not JSON, or naming the field that is unknown or
 * malformed.
 */
export function readJson<Body>(
  bytes: Buffer,
  { headers }: Pick<HttpRequest, 'headers'>,
  { json }: Pick<Route<unknown, Body>, 'json'>,
): Body {
  if (bytes.byteLength > 0) refuseForeignCharset(headers);
  // A route without a schema has no use for the value.
  if (!json) return undefined as Body;
  refuseCompression(headers);
  const parsed = json.safeParse(toJson(bytes));
  if (parsed.success) return parsed.data;
  const { path, text } = describeIssue(parsed.error);
  const name = printable(path);
  throw badRequest('field', name, `${name || 'The body'}: ${text}.`);
}

function refuseCompression(headers: HttpRequest['headers']): void {
  const encoding = headers.get('content-encoding')?.trim() ?? '';
  if (!/^(?:identity)?$/i.test(encoding)) {
    throw unsupported(`The body is encoded as ${printable(encoding)}. Send it as it is.`);
  }
}

/** The header counts, even if the bytes happen to be readable: `iso-8859-1` may mean another text. */
function refuseForeignCharset(headers: HttpRequest['headers']): void {
  const [, charset = 'utf-8'] = CHARSET.exec(headers.get('content-type') ?? '') ?? [];
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) {
    throw unsupported(`The charset of the body is ${printable(charset)}. Send it in UTF-8.`);
  }
}

function unsupported(detail: string): HttpProblem {
  return new HttpProblem({
    status: 415,
    code: 'request.unsupportedEncoding',
    detail,
    headers: { 'accept-encoding': 'identity' },
  });
}

function toJson(bytes: Buffer): unknown {
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) throw notJson(`The body is ${decoded.is}. Send JSON in UTF-8.`);
  try {
    return parseExactJson(decoded.text);
  } catch {
    throw notJson('The body is not JSON.');
  }
}

function notJson(detail: string): HttpProblem {
  return new HttpProblem({ status: 400, code: 'request.notJson', detail });
}
