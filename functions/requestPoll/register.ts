import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createRequestsRoute } from './handler';

if (appContext.ok) registerRoute(createRequestsRoute(appContext.context), appContext.http);
