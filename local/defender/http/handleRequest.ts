import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../shared/clock/Clock';
import { answerIdentityRequest } from '../entra/answerIdentityRequest';
import { answerTokenRequest } from '../entra/answerTokenRequest';
import { sendFault } from '../faults/sendFault';
import { churnFleet } from '../fleet/churnFleet';
import type { Fleet } from '../fleet/Fleet';
import { API_ENDPOINTS } from '../routes/apiEndpoints';
import { authorize } from '../routes/authorize';
import { type ApiRoute, matchRoute, type Route } from '../routes/matchRoute';
import type { SimulatorState } from '../SimulatorState';
import { type Answer, NO_ROUTE, URL_TOO_LONG } from './Answer';
import { answerControl, CONTROL_PATH, LOG_PATH } from './answerControl';
import { readBody } from './readBody';
import type { ArrivedRequest } from './RequestLog';
import { sendAnswer } from './sendAnswer';

export interface Simulation {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly state: SimulatorState;
  readonly identityHeader: string;
}

/** A request as far as it has been read. */
interface Received {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** Answers one request: finds its route, runs the checks in the live order, applies the fault that is due. */
export async function handleRequest(
  simulation: Simulation,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { state, clock } = simulation;
  const method = request.method ?? 'GET';
  const rawUrl = request.url ?? '/';
  const [path, search] = splitOnce(rawUrl, '?');
  const body = await readBody(request);
  response.sendDate = false;
  response.setHeader('Date', new Date(clock.now()).toUTCString());
  if (path === CONTROL_PATH || path === LOG_PATH) {
    await sendAnswer(response, answerControl(state, { method, path, body }), undefined);
    return;
  }
  const route = matchRoute(method, path);
  const query = new URLSearchParams(search);
  const entry = state.log.arrived({
    method,
    path: decoded(path),
    rawUrl,
    query: Object.fromEntries(query),
    endpoint: route?.endpoint ?? 'none',
    hasAuthorization: request.headers.authorization !== undefined,
  });
  response.once('finish', () => {
    entry.answered(response.statusCode);
  });
  const received = { request, response, path, query, body };
  if (rawUrl.length > state.behaviour.longestUrl)
    await sendAnswer(response, URL_TOO_LONG, undefined);
  else if (!route) await sendAnswer(response, NO_ROUTE, undefined);
  else await answerRoute(simulation, route, received, entry);
}

async function answerRoute(
  simulation: Simulation,
  route: Route,
  received: Received,
  entry: ArrivedRequest,
): Promise<void> {
  const { state, clock } = simulation;
  const { request, response } = received;
  const acceptEncoding = header(request, 'accept-encoding');
  const refusal = isApiRoute(route) ? admit(simulation, route, request, entry) : undefined;
  if (refusal) {
    await sendAnswer(response, refusal, acceptEncoding);
    return;
  }
  const rightAnswer = (): Answer => answer(simulation, route, received);
  const fault = state.faults.next(route.endpoint, decoded(request.url ?? ''));
  if (fault) await sendFault(fault, { response, acceptEncoding, clock, rightAnswer });
  else await sendAnswer(response, rightAnswer(), acceptEncoding);
}

/** Token, audience, tenant, roles, then the quota. */
function admit(
  { state }: Simulation,
  { endpoint }: ApiRoute,
  request: IncomingMessage,
  entry: ArrivedRequest,
): Answer | undefined {
  const { claims, refusal } = authorize(request.headers.authorization, endpoint, state);
  if (!claims) return refusal;
  entry.identified(claims.appid);
  return refusal ?? state.throttle.reject({ tenantId: claims.tid, appId: claims.appid, endpoint });
}

function answer(simulation: Simulation, route: Route, received: Received): Answer {
  const { state, clock, fleet, identityHeader } = simulation;
  const { request, query, body } = received;
  switch (route.endpoint) {
    case 'token': {
      const { tenant, version } = route;
      const form = new URLSearchParams(body);
      return answerTokenRequest(state.directory, { tenant, version, form, at: clock.now() });
    }
    case 'managedIdentity':
      return answerIdentityRequest(state.directory, {
        query,
        identityHeader: header(request, 'x-identity-header'),
        expectedIdentityHeader: identityHeader,
      });
    default:
      if (route.endpoint === 'machines') churnFleet(fleet, state.churn, state.random, clock.now());
      return API_ENDPOINTS[route.endpoint].answer(route.argument, {
        fleet,
        behaviour: state.behaviour,
        random: state.random,
        now: clock.now(),
        base: `http://${request.headers.host ?? 'localhost'}`,
        query,
      });
  }
}

const isApiRoute = (route: Route): route is ApiRoute =>
  route.endpoint !== 'token' && route.endpoint !== 'managedIdentity';

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
