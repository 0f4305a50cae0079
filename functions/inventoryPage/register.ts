import { app } from '@azure/functions';
import { appContext } from '../appContext';
import { queueOptions } from '../queueOptions';
import { createInventoryPageHandler } from './handler';

if (appContext.ok) {
  const { config } = appContext.context;
  app.serviceBusQueue('inventoryPage', {
    ...queueOptions(config.queues.inventory),
    handler: createInventoryPageHandler(appContext.context),
  });
}
