import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createPageRoute } from '../pages/createPageRoute';
import { dashboardPage } from './dashboardPage';

// Pages are not part of the API.
if (appContext.ok) {
  const { config } = appContext.context;
  registerRoute(createPageRoute(dashboardPage(config)), { ...appContext.http, routes: [] });
}
