import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createTraceRoute } from './handler';

if (appContext.ok) registerRoute(createTraceRoute(appContext.context), appContext.http);
