import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { inventoryLatestRoute } from './handler';

if (appContext.ok) registerRoute(inventoryLatestRoute(appContext.context), appContext.http);
