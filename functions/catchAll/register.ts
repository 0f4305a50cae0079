import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { catchAllRoute } from './handler';

if (appContext.ok) registerRoute(catchAllRoute, appContext.http);
