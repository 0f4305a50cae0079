import { app, type HttpMethod } from '@azure/functions';
import type { AppConfig } from '../../shared/config/AppConfig';
import type { DescribedRoute } from '../../shared/openapi/DescribedRoute';
import { createRouteHandler, type RouteHandlerDeps } from './createRouteHandler';
import type { Route } from './Route';

/** All that a request can be made of; the platform's HTTP library knows no TRACE and CONNECT. */
const METHODS: HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

export interface HttpFront extends RouteHandlerDeps {
  readonly config: Pick<AppConfig, 'http'>;
  /** Every route registered so far: what the API description describes. */
  readonly routes: DescribedRoute[];
}

/** Registers a route for all methods, so that 405 is this app's to answer. Function keys are checked by the platform. */
export function registerRoute<Query, Body>(route: Route<Query, Body>, front: HttpFront): void {
  const needsKey = route.auth === 'caller' && front.config.http.auth === 'functionKey';
  front.routes.push(route);
  app.http(route.name, {
    route: route.path,
    methods: METHODS,
    authLevel: needsKey ? 'function' : 'anonymous',
    handler: createRouteHandler(route, front),
  });
}
