import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createStartRoute } from './handler';

// For the first hour on one's own machine; elsewhere the catch-all answers 404. A page is no part of the API.
if (appContext.ok && appContext.context.config.environment === 'Development') {
  registerRoute(createStartRoute(), { ...appContext.http, routes: [] });
}
