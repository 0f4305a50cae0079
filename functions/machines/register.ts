import { appContext } from '../appContext';
import { registerRoute } from '../http/registerRoute';
import { createMachinesRoute } from './handler';

if (appContext.ok) registerRoute(createMachinesRoute(appContext.context), appContext.http);
