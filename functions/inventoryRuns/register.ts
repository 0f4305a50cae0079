import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { inventoryRunsRoute } from './handler';

if (appContext.ok) registerRoute(inventoryRunsRoute(appContext.context), appContext.http);
