import { randomUUID } from 'node:crypto';
import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Clock } from '../../shared/clock/Clock';
import type { Logger } from '../../shared/telemetry/Logger';
import { HttpProblem } from './HttpProblem';
import { problemOf } from './problemOf';
import { publicBaseUrl } from './publicBaseUrl';
import { readBytes, readJson, readQuery } from './readRequest';
import type { Authorize, Route, RouteAnswer } from './Route';

export interface RouteHandlerDeps {
  readonly authorize: Authorize;
  /** Start of absolute addresses of this app; null: not set. */
  readonly baseUrl: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

const CORRELATION_ID = /^[\w.:;=+/-]{1,128}$/;

/**
 * What every route has in common: method, caller, parameters and body are checked, every failure is a problem, and
 * every line of the log names the route and the correlation id.
 */
export function createRouteHandler<Query, Body>(
  route: Route<Query, Body>,
  deps: RouteHandlerDeps,
): HttpHandler {
  return (request) => {
    const given = request.headers.get('x-correlation-id') ?? '';
    const correlationId = CORRELATION_ID.test(given) ? given : randomUUID();
    return deps.logger.within({ route: route.name, correlationId }, () =>
      respond(route, request, correlationId, deps),
    );
  };
}

async function respond<Query, Body>(
  route: Route<Query, Body>,
  request: HttpRequest,
  correlationId: string,
  deps: RouteHandlerDeps,
): Promise<HttpResponseInit> {
  try {
    const work = (appId: string | null) => answer(route, request, { correlationId, appId }, deps);
    if (![request.method, 'any'].includes(route.method)) throw methodNotAllowed(route);
    const { auth } = route;
    const isOpen = auth === 'anonymous';
    const { status, body, headers } = await (isOpen
      ? work(null)
      : deps.authorize(request, { ...route, auth }, work));
    const type = 'application/json; charset=utf-8';
    return toResponse(status, body, { 'content-type': type, ...headers }, correlationId);
  } catch (error) {
    return problemResponse(problemOf(error, deps.logger), correlationId);
  }
}

async function answer<Query, Body>(
  route: Route<Query, Body>,
  request: HttpRequest,
  by: { readonly correlationId: string; readonly appId: string | null },
  { baseUrl, clock }: Pick<RouteHandlerDeps, 'baseUrl' | 'clock'>,
): Promise<RouteAnswer> {
  const receivedAt = clock.now();
  const query = readQuery(request, route);
  const bytes = route.method === 'POST' ? await readBytes(request) : Buffer.alloc(0);
  return route.handler({
    params: request.params,
    query,
    headers: request.headers,
    bytes,
    json: readJson(bytes, request, route),
    ...by,
    receivedAt,
    baseUrl: () => publicBaseUrl(request.url, baseUrl),
  });
}

function methodNotAllowed({ method }: Pick<Route, 'method'>): HttpProblem {
  const detail = `This address answers ${method} only.`;
  const headers = { allow: method };
  return new HttpProblem({ status: 405, code: 'request.methodNotAllowed', detail, headers });
}

function problemResponse({ options }: HttpProblem, correlationId: string): HttpResponseInit {
  const { status, code, detail, retryAfterMs, headers, members } = options;
  const seconds = retryAfterMs === undefined ? null : Math.max(1, Math.ceil(retryAfterMs / 1000));
  const body = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, code, detail };
  return toResponse(
    status,
    { ...body, correlationId, ...members, ...(seconds && { retryAfterSeconds: seconds }) },
    {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(seconds && { 'retry-after': String(seconds) }),
      ...headers,
    },
    correlationId,
  );
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  411: 'Length Required',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  424: 'Failed Dependency',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function toResponse(
  status: number,
  body: object | string,
  headers: Readonly<Record<string, string>>,
  correlationId: string,
): HttpResponseInit {
  const common = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-correlation-id': correlationId,
  };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, body: text, headers: { ...headers, ...common } };
}
