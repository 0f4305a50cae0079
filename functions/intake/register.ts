import { app } from '@azure/functions';
import { appContext } from '../appContext';
import { queueOptions } from '../queueOptions';
import { createIntakeHandler } from './handler';

if (appContext.ok) {
  const { config } = appContext.context;
  app.serviceBusQueue('intake', {
    ...queueOptions(config.queues.siem),
    handler: createIntakeHandler(appContext.context),
  });
}
