import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createStartRoute } from './handler';

// For the first hour on a local machine; elsewhere the catch-all answers 404. Pages are not part of the API.
if (appContext.ok && appContext.context.config.environment === 'Development') {
  registerRoute(createStartRoute(), { ...appContext.http, routes: [] });
}
