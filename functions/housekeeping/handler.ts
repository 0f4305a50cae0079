import type { TimerHandler } from '@azure/functions';
import type { AppContext } from '../../shared/app/createAppContext';

/** Goes on with what stands still and tidies up. A throw marks the run as failed; the next one starts from what is there. */
export function createHousekeepingHandler({
  housekeeping,
  inventory,
}: Pick<AppContext, 'housekeeping' | 'inventory'>): TimerHandler {
  return async () => {
    await inventory.runs.takeOver();
    await housekeeping.run();
    await inventory.tidy.run();
  };
}
