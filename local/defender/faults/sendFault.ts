import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Clock } from '../../../shared/clock/Clock';
import { type Answer, errorAnswer } from '../http/Answer';
import { sendAnswer } from '../http/sendAnswer';
import type { Fault } from './Fault';

const BLOCK = Buffer.alloc(65_536, 'x');

const ERROR_TEXTS: Readonly<Record<number, { readonly code: string; readonly message: string }>> = {
  400: { code: 'BadRequest', message: 'Bad request' },
  401: { code: 'Unauthorized', message: 'Unauthorized request - reason of failure: Injected' },
  403: { code: 'Forbidden', message: 'Forbidden' },
  404: { code: 'ResourceNotFound', message: 'Resource was not found' },
  429: {
    code: '429',
    message: 'API calls quota exceeded! maximum allowed 100 per 00:01:00',
  },
};
/** The service does not describe its own failures. */
const SERVER_ERROR = { code: 'InternalServerError', message: '' };

export interface FaultyCall {
  readonly response: ServerResponse;
  readonly acceptEncoding: string | undefined;
  readonly clock: Clock;
  /** What would have been sent. */
  readonly rightAnswer: () => Answer;
}

/** Sends what the fault makes of a call. Resolves when done; never rejects because the client went away. */
export async function sendFault(fault: Fault, call: FaultyCall): Promise<void> {
  const { response, rightAnswer } = call;
  switch (fault.kind) {
    case 'noAnswer':
      return;
    case 'disconnect':
      response.destroy();
      return;
    case 'slow':
      return sendSlowly(fault, call);
    case 'giant':
    case 'gzipBomb':
      return sendGiant(fault, response);
    case 'truncated': {
      const { body, ...head } = rightAnswer();
      return send({ ...head, body: body.slice(0, body.length / 2) }, call);
    }
    case 'nextLink': {
      const right = rightAnswer();
      const link = `"@odata.nextLink":${JSON.stringify(fault.value)}`;
      return send({ ...right, body: right.body.replace(/\}$/, `,${link}}`) }, call);
    }
    case 'emptyList': {
      const { body, ...head } = rightAnswer();
      const content = JSON.parse(body) as object; // made by this simulator
      return send({ ...head, body: JSON.stringify({ ...content, value: [] }) }, call);
    }
    case 'body': {
      const headers = { 'Content-Type': fault.contentType };
      return send({ status: fault.status, headers, body: fault.body }, call);
    }
    case 'redirect':
      return send({ status: fault.status, headers: { Location: fault.location }, body: '' }, call);
    case 'error':
    case 'cpuQuota':
      return send(injectedError(fault), call);
  }
}

const send = (answer: Answer, { response, acceptEncoding }: FaultyCall): Promise<void> =>
  sendAnswer(response, answer, acceptEncoding);

function injectedError(fault: Extract<Fault, { kind: 'error' | 'cpuQuota' }>): Answer {
  const { retryAfterSeconds } = fault;
  const headers =
    retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
  if (fault.kind === 'cpuQuota') {
    return errorAnswer(429, 'TooManyRequests', 'CPU quota of the tenant exceeded', headers);
  }
  const text = ERROR_TEXTS[fault.status] ?? SERVER_ERROR;
  return errorAnswer(fault.status, fault.code ?? text.code, fault.message ?? text.message, headers);
}

async function sendSlowly(
  { chunks, intervalMs }: Extract<Fault, { kind: 'slow' }>,
  { response, clock, rightAnswer }: FaultyCall,
): Promise<void> {
  const { status, headers, body } = rightAnswer();
  const bytes = Buffer.from(body);
  const size = Math.ceil(bytes.length / chunks);
  response.writeHead(status, { ...headers }).flushHeaders();
  for (let start = 0; start < bytes.length && !response.destroyed; start += size) {
    await clock.sleep(intervalMs);
    response.write(bytes.subarray(start, start + size));
  }
  response.end();
}

/** Valid JSON, so that only a limit on bytes stops it. */
async function sendGiant(
  { kind, megabytes }: Extract<Fault, { kind: 'giant' | 'gzipBomb' }>,
  response: ServerResponse,
): Promise<void> {
  function* content(): Generator<Buffer> {
    yield Buffer.from('{"value":[],"padding":"');
    for (let sent = 0; sent < megabytes * 1_048_576; sent += BLOCK.length) yield BLOCK;
    yield Buffer.from('"}');
  }
  const bomb = kind === 'gzipBomb';
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    ...(bomb && { 'Content-Encoding': 'gzip' }),
  });
  const source = Readable.from(content());
  try {
    await (bomb ? pipeline(source, createGzip(), response) : pipeline(source, response));
  } catch {
    // The client disconnected, as intended.
  }
}
