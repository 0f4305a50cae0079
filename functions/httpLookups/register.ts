import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createLookupRoutes } from './handler';

if (appContext.ok) {
  for (const route of createLookupRoutes(appContext.context)) registerRoute(route, appContext.http);
}
