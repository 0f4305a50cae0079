import { appContext } from '../appContext';
import { createUnusableRoute } from '../http/createUnusableRoute';
import { registerRoute } from '../http/registerRoute';
import { createHealthRoute } from './handler';

if (appContext.ok) registerRoute(createHealthRoute(appContext.context), appContext.http);
else registerRoute(createUnusableRoute('health', appContext.problems), appContext.http);
