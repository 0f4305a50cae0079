import { randomUUID } from 'node:crypto';

/** A whole HTTP answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Headers of the live service (captures of 2023-05-04). */
const ODATA_HEADERS = {
  'Content-Type': 'application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8',
  'OData-Version': '4.0',
  'Strict-Transport-Security': 'max-age=15724800; includeSubDomains',
  Vary: 'Accept-Encoding',
};

/** The answer of the service to a path that matches no route: 404 without a body (capture of 2023-05-04). */
export const NO_ROUTE: Answer = { status: 404, headers: { 'Content-Length': '0' }, body: '' };

/** The answer of the front end to a URL that it does not take. */
export const URL_TOO_LONG: Answer = { status: 414, headers: { 'Content-Length': '0' }, body: '' };

export function odataAnswer(content: Readonly<Record<string, unknown>>): Answer {
  return { status: 200, headers: ODATA_HEADERS, body: JSON.stringify(content) };
}

/** An error in the service's envelope; `target` is the correlation id, new each time. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = JSON.stringify({ error: { code, message, target: randomUUID() } });
  return { status, headers: { ...ODATA_HEADERS, ...headers }, body };
}

/** An answer of Entra or of the simulator itself: plain JSON, never cached. */
export function jsonAnswer(status: number, content: unknown): Answer {
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
  };
  return { status, headers, body: JSON.stringify(content) };
}
