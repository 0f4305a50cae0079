import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { createRouteHandler } from '../../../functions/http/createRouteHandler';
import type { Route } from '../../../functions/http/Route';
import { RecordingLogger } from '../../shared/telemetry/RecordingLogger';

export interface CalledRoute {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * Calls a route as the platform does; every caller may pass. `path` is behind `/api/`; `baseUrl` null: nobody has said
 * what the app is called; `appId`: whose token was good, if one was asked for.
 */
export async function callRoute<Query, Body>(
  route: Route<Query, Body>,
  path: string,
  init: {
    readonly method: string;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly baseUrl?: null;
    readonly appId?: string;
    /** Of the path, as the platform reads them. */
    readonly params?: Readonly<Record<string, string>>;
  },
): Promise<CalledRoute> {
  const handle = createRouteHandler(route, {
    authorize: (_request, _auth, work) => work(init.appId ?? null),
    baseUrl: init.baseUrl === null ? null : 'https://app.example',
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    logger: new RecordingLogger(),
  });
  const { method, body, headers = {}, params = {} } = init;
  const request = { method, url: `https://app.example/api/${path}`, headers, params };
  const response = (await handle(
    new HttpRequest(body === undefined ? request : { ...request, body: { string: body } }),
    new InvocationContext(),
  )) as HttpResponseInit; // as ours always answer
  return {
    status: response.status,
    headers: response.headers as Record<string, string>, // as ours always are
    // As ours always is, if there is one.
    body: response.body === '' ? null : (JSON.parse(response.body as string) as unknown),
  };
}
