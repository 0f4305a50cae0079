import { appContext } from '../appContext';
import { createUnusableRoute } from '../http/createUnusableRoute';
import { registerRoute } from '../http/registerRoute';
import { createStatusRoute } from './handler';

if (appContext.ok) registerRoute(createStatusRoute(appContext.context), appContext.http);
else {
  const { problems, http } = appContext;
  registerRoute(createUnusableRoute('status', problems, http.logger), http);
}
