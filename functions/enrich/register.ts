import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createEnrichRoute } from './handler';

if (appContext.ok) registerRoute(createEnrichRoute(appContext.context), appContext.http);
