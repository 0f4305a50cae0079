import { app } from '@azure/functions';
import { appContext } from '../appContext';
import { queueOptions } from '../queueOptions';
import { createLookupHandler } from './handler';

if (appContext.ok) {
  const { config } = appContext.context;
  app.serviceBusQueue('lookup', {
    ...queueOptions(config.queues.lookup),
    handler: createLookupHandler(appContext.context),
  });
}
