import { app } from '@azure/functions';
import { appContext } from '../appContext';
import { createHousekeepingHandler } from './handler';

if (appContext.ok) {
  app.timer('housekeeping', {
    schedule: '0 */15 * * * *',
    runOnStartup: false,
    handler: createHousekeepingHandler(appContext.context),
  });
}
