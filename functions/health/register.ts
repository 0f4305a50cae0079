import { appContext } from '../appContext';
import { createUnusableRoute } from '../http/createUnusableRoute';
import { registerRoute } from '../http/registerRoute';
import { createHealthRoute } from './handler';

if (appContext.ok) registerRoute(createHealthRoute(appContext.context), appContext.http);
else {
  const { problems, http } = appContext;
  registerRoute(createUnusableRoute('health', problems, http.logger), http);
}
