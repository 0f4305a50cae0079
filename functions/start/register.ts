import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createPageRoute } from '../pages/createPageRoute';

// For the first hour on a local machine; elsewhere the catch-all answers 404. Pages are not part of the API.
if (appContext.ok && appContext.context.config.environment === 'Development') {
  const route = createPageRoute({ path: 'start', page: 'start', title: 'Defender enricher' });
  registerRoute(route, { ...appContext.http, routes: [] });
}
