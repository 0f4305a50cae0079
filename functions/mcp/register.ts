import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createMcpRoute } from './handler';

if (appContext.ok) registerRoute(createMcpRoute(appContext.context), appContext.http);
