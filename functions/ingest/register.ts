import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createIngestRoute } from './handler';

if (appContext.ok) registerRoute(createIngestRoute(appContext.context), appContext.http);
