import { app } from '@azure/functions';
import { appContext } from '../appContext';
import { createInventoryStartHandler } from './handler';

if (appContext.ok) {
  app.timer('inventoryStart', {
    schedule: appContext.context.config.inventory.schedule,
    runOnStartup: false,
    handler: createInventoryStartHandler(appContext.context),
  });
}
