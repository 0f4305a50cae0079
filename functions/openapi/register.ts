import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createOpenApiRoute } from './handler';

if (appContext.ok) registerRoute(createOpenApiRoute(appContext.http.routes), appContext.http);
