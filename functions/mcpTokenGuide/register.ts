import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createMcpTokenGuideRoute } from './handler';

if (appContext.ok) registerRoute(createMcpTokenGuideRoute(appContext.context), appContext.http);
