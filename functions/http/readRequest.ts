import type { HttpRequest } from '@azure/functions';
import { printable } from '../../shared/http/printable';
import { badRequest, HttpProblem } from './HttpProblem';
import { describeIssue } from './describeIssue';
import type { Route } from './Route';

const MAX_BODY_BYTES = 256 * 1024;
/** The platform's own parameters: the function key, and the key's name. */
const PLATFORM_PARAMETERS = new Set(['code', 'clientId']);

/** @throws {HttpProblem} 400 naming the parameter that is unknown or malformed. */
export function readQuery<Query>(request: HttpRequest, { query }: Pick<Route<Query>, 'query'>) {
  const values = [...request.query].filter(([name]) => !PLATFORM_PARAMETERS.has(name));
  const parsed = query.safeParse(Object.fromEntries(values));
  if (parsed.success) return parsed.data;
  const { path, text } = describeIssue(parsed.error);
  const name = printable(path);
  throw badRequest('parameter', name, `Query parameter ${name}: ${text}.`);
}

/** @throws {HttpProblem} 413. */
export async function readBytes(request: HttpRequest): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.byteLength > MAX_BODY_BYTES) throw tooLarge();
  return bytes;
}

function tooLarge(): HttpProblem {
  const detail = 'The body is larger than 256 KB.';
  return new HttpProblem({ status: 413, code: 'request.tooLarge', detail });
}

/** @throws {HttpProblem} 400: not JSON, or naming the field that is unknown or malformed. */
export function readJson<Body>(bytes: Buffer, { json }: Pick<Route<unknown, Body>, 'json'>): Body {
  // A route without a schema has no use for the value.
  if (!json) return undefined as Body;
  const parsed = json.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data;
  const { path, text } = describeIssue(parsed.error);
  const name = printable(path);
  throw badRequest('field', name, `${name || 'The body'}: ${text}.`);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    const detail = 'The body is not JSON in UTF-8.';
    throw new HttpProblem({ status: 400, code: 'request.notJson', detail });
  }
}
