import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createResultsRoute } from './handler';

if (appContext.ok) registerRoute(createResultsRoute(appContext.context), appContext.http);
